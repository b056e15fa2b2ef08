//! What a pass may know about a file: its stages, the state that each instruction sees, what its
//! scripts do, and how its author lays them out.

mod build;
mod commands;
mod compiler_calls;
mod compose;
mod context_sources;
mod copied;
mod deployed;
mod handed;
mod images;
mod layout;
mod outcomes;
mod package_calls;
mod package_list;
mod pinned;
mod pip_settings;
mod places;
mod programs;
pub(crate) mod python_tokens;
mod reached;
mod scripts;
mod seen;
mod shell_state;
mod stages;
mod state;
mod word_lists;
mod yarns;

pub(crate) use build::{Build, BuildStage, BuildStep, is_root};
pub(crate) use commands::{Command, Content, unquoted};
pub(crate) use compiler_calls::{call_what_compilers_bring, files_build};
pub(crate) use compose::{commands_of_compose, compose_with_commands, is_compose, zone_of_compose};
pub use context_sources::{ContextSource, context_sources};
pub(crate) use copied::{Brought, Copied, Unfollowed, copy_words, is_from_context};
pub(crate) use deployed::{
    arguments_of_deployment, commands_of_deployment, deployed_otherwise, starts_containers,
};
pub(crate) use handed::handed;
pub(crate) use images::expanded;
pub(crate) use layout::{ChainStyle, Layout};
pub(crate) use outcomes::{Outcome, outcome};
pub(crate) use package_calls::{PackageCall, package_call, wrapped_program};
pub use package_list::{Installed, installed};
pub(crate) use package_list::{PackageList, Unlisted, is_yes, package_name};
pub(crate) use pinned::may_set;
pub(crate) use pip_settings::leads_pip;
pub(crate) use places::{absolute, below, is_within, parent};
pub(crate) use programs::{Readers, Use, by_text, used_by};
pub(crate) use reached::{Reached, Way};
pub(crate) use scripts::{Call, calls, literal_text, options_of_shell, words_text};
pub use seen::{Seen, Variable};
pub(crate) use shell_state::{Effects, Errexit, effects, is_insensitive};
pub(crate) use stages::{Base, Stage};
pub(crate) use state::{Setting, Shell, State};
pub(crate) use word_lists::insert_words;
pub use word_lists::word_with_gap;
pub(crate) use yarns::brings_yarn;

use std::sync::OnceLock;

use dockslim_contract::BuildContext;
use dockslim_syntax::{Dockerfile, Instruction};

use crate::{Options, Suppressions};

/// Everything that is known about one file, computed once for all passes of a round.
pub struct Facts<'t> {
    /// The tree.
    pub dockerfile: &'t Dockerfile<'t>,
    /// Its stages in order.
    pub(crate) stages: Vec<Stage<'t>>,
    /// What COPY and ADD can see; a pass that needs to know and does not declines.
    pub context: Option<&'t BuildContext>,
    /// What comments ask to leave alone. The engine heeds them for every pass; one that joins instructions asks itself, so that
    /// it can join the others.
    pub suppressions: Suppressions,
    build: OnceLock<Build<'t>>,
}

impl<'t> Facts<'t> {
    /// Looks at a file, which is built with `context`.
    pub fn of(
        dockerfile: &'t Dockerfile<'t>,
        options: &Options,
        context: Option<&'t BuildContext>,
    ) -> Self {
        let stages = stages::stages(dockerfile, &options.targets);
        let suppressions = Suppressions::of(dockerfile);
        Self { dockerfile, stages, context, suppressions, build: OnceLock::new() }
    }

    /// The same file step by step, with the commands of each step; followed when first asked for.
    pub(crate) fn build(&self) -> &Build<'t> {
        self.build.get_or_init(|| Build::of(self))
    }

    /// The instructions of a stage behind its FROM, each with its number among the items and the
    /// state that it sees.
    pub(crate) fn steps(&self, stage: &Stage<'t>) -> Vec<(usize, &'t Instruction, State<'t>)> {
        let mut state = stage.start.clone();
        let mut steps = Vec::new();
        for index in stage.from + 1..stage.end {
            if let Some(instruction) = self.dockerfile.instruction(index) {
                steps.push((index, instruction, state.clone()));
                state.apply(self.dockerfile, instruction);
            }
        }
        steps
    }
}
