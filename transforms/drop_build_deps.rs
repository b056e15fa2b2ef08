//! Take compilers away again in the RUN that needed them.
//!
//! A package that is compiled during an install needs a compiler, make and headers for minutes; in the image they
//! stay for good, two hundred megabytes of them. Only the RUN that installs them can take them away:
//! what a later one deletes is still in the layer below.
//!
//! ```dockerfile before
//! FROM python:3.12-alpine
//! COPY requirements.txt .
//! RUN apk add --no-cache gcc musl-dev libffi-dev \
//!     && pip install --no-cache-dir -r requirements.txt
//! COPY . .
//! CMD ["python", "app.py"]
//! ```
//!
//! ```toml context
//! "requirements.txt" = "pillow==10.4.0\n"
//! "app.py" = "import PIL\n"
//! ```
//!
//! ```dockerfile after
//! FROM python:3.12-alpine
//! COPY requirements.txt .
//! RUN apk add --no-cache gcc musl-dev libffi-dev libatomic libgcc libgomp \
//!     && pip install --no-cache-dir -r requirements.txt \
//!     && apk del gcc musl-dev
//! COPY . .
//! CMD ["python", "app.py"]
//! ```
//!
//! With apt the tools are marked as brought by others, and what nobody needs any more goes:
//! `apt-mark auto gcc && apt-get autoremove -y --purge`. So nothing goes that another package needs.
//!
//! What was built may be linked to libraries that came along with the compiler: these join the list by
//! their own names. A library with its headers (`libpq-dev`, `libffi-dev`) stays as it is: programs are linked to it, or
//! load it by a name that only the package with the headers has.
//!
//! RUNs that stand side by side are merged before, so `RUN apk add …` and `RUN pip install …` count as one. A RUN
//! whose author removes packages is left as it is: where the removal stands in the next RUN, and so frees nothing, merging
//! the two is all that is needed.
//!
//! Where neither a step nor the program of a container builds, compilers need not be installed at all:
//!
//! ```dockerfile before
//! FROM debian:12-slim
//! RUN apt-get update \
//!     && apt-get install -y --no-install-recommends build-essential nginx \
//!     && rm -rf /var/lib/apt/lists/*
//! COPY html /var/www/html
//! CMD ["nginx", "-g", "daemon off;"]
//! ```
//!
//! ```toml context
//! "html/index.html" = "<p>hello</p>\n"
//! ```
//!
//! ```dockerfile after
//! FROM debian:12-slim
//! RUN apt-get update \
//!     && apt-get install -y --no-install-recommends nginx \
//!     && rm -rf /var/lib/apt/lists/*
//! COPY html /var/www/html
//! CMD ["nginx", "-g", "daemon off;"]
//! ```
//!
//! So it is with headers beside them, of Ruby, PHP and some libraries: what of them a program needs when it runs joins the list by its own name
//! (`ruby` for `ruby-full`, `libsqlite3-0` for `libsqlite3-dev`), as do libraries of gcc where pip installs wheels. An install of nothing but
//! compilers goes from its chain. Options behind a source that the container runs are the source's own. Where apt brings what is recommended, only compilers go of which all is known that comes along with them.
//!
//! # Declines
//!
//! - Nothing is built in the RUN: the build stands behind a COPY, in a layer of its own. Or nothing is seen to build anywhere, but the build
//!   context is not known or holds archives, a step brings or a container starts what nobody has seen, a source starts a program, whichever, a script
//!   does more than to keep files and start a server, a text leads to what comes along with compilers, or the RUN does nothing else.
//! - A later step, a stage built on this one, or what a container runs uses one of the tools or installs what may be
//!   compiled; a script that is not in the file or the build context may do so.
//! - People work in the image: it starts a shell, or whatever its base image starts.
//! - The tools were there before, or may have been: an earlier install, an image that is not known.
//! - More than the tools could go: the stage updates or removes packages, or what it builds needs the perl that came
//!   along; or less, since another package needs a compiler.
//! - The commands are not one chain of `&&`; a variable holds packages; the user is not root.
//!
//! # Safety
//!
//! Review; suggestion where compilers are not installed, for the author may want them for what no file says. Sources of the project that call the
//! tools, and packages that are known to, keep them; another library can call a compiler when it runs, and no file says so.

mod afterwards;
mod headers;
mod known;
mod left_out;
mod reasons;
mod sources;
mod started;
mod tools;

use dockslim_contract::{Decline, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::shell::{ConnectorKind, List};
use dockslim_syntax::{Edits, Keyword, Script};

use crate::facts::{Build, BuildStage, BuildStep, Command, Content, Layout, insert_words};
use crate::knowledge::lacks_build_tools;
use crate::pass::Refusal;
use crate::{Facts, Options, Transform};
use afterwards::needed_afterwards;
use headers::Headers;
use left_out::{is_of_wheels, left_out};
use tools::{Tools, builds, is_install, is_removal, may_bring_tools, tools_of, updates};

/// The pass.
pub const DROP_BUILD_DEPS: Transform = Transform {
    name: "drop-build-deps",
    summary: "take compilers away again in the RUN that needed them, or install none that nothing builds with",
    levels: &[Safety::Review, Safety::Suggestion],
    causes: &[Difference::BuildTools],
    source: include_str!("drop_build_deps.rs"),
    declines: reasons::ALL,
    run,
};

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    let build = facts.build();
    if !build.may_install {
        return findings;
    }
    for stage in &build.stages {
        for step in stage.steps.iter().filter(|step| step.instruction.kind == Keyword::Run) {
            let Content::Script(script, list, commands) = &step.content else { continue };
            if commands.iter().any(is_removal) {
                continue;
            }
            for (number, command) in commands.iter().enumerate() {
                let Some(tools) = tools_of(build.dockerfile, command) else { continue };
                let install = Install { facts, build, stage, step, script, list, number, tools };
                match install.found() {
                    Ok(rewrite) => findings.rewrites.extend(rewrite),
                    Err((reason, message)) => {
                        findings.declines.push(Decline { reason, at: command.span, message });
                    }
                }
            }
        }
    }
    findings
}

/// A call that installs compilers.
struct Install<'b, 't> {
    facts: &'b Facts<'t>,
    build: &'b Build<'t>,
    stage: &'b BuildStage<'t>,
    step: &'b BuildStep<'t>,
    script: &'t Script,
    list: &'t List,
    /// Its number among the commands of the script.
    number: usize,
    tools: Tools,
}

impl<'b, 't> Install<'b, 't> {
    fn commands(&self) -> &'b [Command<'t>] {
        self.step.content.commands()
    }

    /// The list without the tools where nothing builds with them, or else their removal.
    fn found(&self) -> Result<Option<Rewrite>, Refusal> {
        if let Some(refusal) = self.reaches_nobody() {
            return Err(refusal);
        }
        let mut builders =
            self.commands()[self.number + 1..].iter().filter(|command| builds(command)).peekable();
        let none = builders.peek().is_none();
        if builders.all(|command| is_of_wheels(self, command)) {
            let found = left_out(self);
            if none || found.is_ok() {
                return found.map(Some);
            }
        }
        self.refusal().map_or_else(|| Ok(self.rewrite()), Err)
    }

    /// The same install with headers among its tools.
    fn with(&self, headers: &[Headers]) -> Self {
        let mut tools = self.tools.clone();
        tools.names.extend(headers.iter().map(|row| row.name.clone()));
        tools.programs.extend(headers.iter().flat_map(|row| row.programs.clone()));
        Self { tools, ..*self }
    }

    /// Whether a smaller layer is worth nothing, or others run the instruction.
    fn reaches_nobody(&self) -> Option<Refusal> {
        let refuse = |reason, message: &str| Some((reason, message.to_owned()));
        if self.step.onbuild {
            return refuse(&reasons::ONBUILD, "it runs in the builds of others");
        }
        if !self.stage.stage.ships {
            return refuse(&reasons::STAGE_DOES_NOT_SHIP, "nothing ships the layers of this stage");
        }
        None
    }

    /// What speaks against the removal.
    fn refusal(&self) -> Option<Refusal> {
        let refuse = |reason, message: &str| Some((reason, message.to_owned()));
        let behind = &self.commands()[self.number + 1..];
        if behind.iter().any(|other| tools_of(self.build.dockerfile, other).is_some()) {
            return refuse(&reasons::LAYOUT, "the RUN installs tools in more than one place");
        }
        if let Err(what) = self.is_plain() {
            return refuse(&reasons::LAYOUT, what);
        }
        if let Some(word) = &self.tools.unknown {
            let message = format!("it is not known what {word} stands for");
            return Some((&reasons::UNKNOWN_WORDS, message));
        }
        let manager = self.tools.manager;
        let image = self.stage.image.as_deref().unwrap_or_default();
        if !lacks_build_tools(manager, image) {
            let message = format!("it is not known what {image} holds already");
            return Some((&reasons::UNKNOWN_BASE, message));
        }
        if !self.stage.is_root(self.step) {
            return refuse(&reasons::NOT_ROOT, "it is not sure that root runs it");
        }
        if let Some(package) = &self.tools.keeper {
            let message = format!("{package} needs a compiler, which would stay");
            return Some((&reasons::KEPT, message));
        }
        self.before().or_else(|| self.perl()).or_else(|| needed_afterwards(self))
    }

    /// Whether the script is one chain of `&&`, in which the install stands for itself.
    fn is_plain(&self) -> Result<(), &'static str> {
        let [statement] = self.list.statements.as_slice() else {
            return Err("its commands are not one chain of `&&`");
        };
        let chained = statement.rest.iter().all(|(sign, _)| sign.kind == ConnectorKind::And);
        let text = self.script.span.of(self.build.dockerfile.source);
        if !chained || self.script.heredoc_body || text.contains("<<") || statement.end.is_some() {
            return Err("its commands are not one chain of `&&`");
        }
        if self.commands().iter().any(|command| {
            matches!(command.program_name(), Some("exit" | "exec" | "return" | "trap"))
        }) {
            return Err("the script may end before its last command");
        }
        let command = &self.commands()[self.number];
        let own = statement.pipelines().any(|pipeline| {
            pipeline.negated.is_none()
                && pipeline.commands.len() == 1
                && pipeline.span == command.span
        });
        let wrapped = command.package_call().is_none_or(|call| !call.wrappers.is_empty());
        if !own || wrapped {
            return Err("the install does not stand for itself");
        }
        let ends = statement.last();
        if ends.commands.len() != 1 || ends.negated.is_some() {
            return Err("the chain ends in a pipe");
        }
        Ok(())
    }

    /// What earlier commands of the stage, and of those below, have done to its packages.
    fn before(&self) -> Option<Refusal> {
        let at = self.commands()[self.number].span.start;
        let own = &self.stage.stage;
        let stages = self.build.stages.iter();
        let below = stages.filter(|other| self.build.builds_on(own, other.stage.index));
        let commands =
            below.flat_map(|stage| &stage.steps).flat_map(|step| step.content.commands());
        for command in commands.filter(|command| command.span.start < at || updates(command)) {
            let line = self.build.dockerfile.line(command.span.start);
            if is_removal(command) || updates(command) {
                let message = format!("line {line} removes packages or updates them");
                return Some((&reasons::OTHER_CHANGES, message));
            }
            if may_bring_tools(self.build.dockerfile, command, self.tools.manager) {
                let message = format!("line {line} may have brought the tools already");
                return Some((&reasons::THERE_BEFORE, message));
            }
        }
        None
    }

    /// Who needs the perl that comes along with the tools: what is built may be written in it.
    fn perl(&self) -> Option<Refusal> {
        let comes_along = self.tools.programs.iter().any(|program| program == "perl");
        if !comes_along || self.tools.packages.iter().any(|(name, _)| name == "perl") {
            return None;
        }
        let speaks = |command: &&Command<'_>| {
            matches!(command.program_name(), Some("perl" | "cpan" | "cpanm"))
        };
        let command = self.commands().iter().find(speaks)?;
        let line = self.build.dockerfile.line(command.span.start);
        let message = format!("line {line} works with the perl that comes along with the tools");
        Some((&reasons::KEPT, message))
    }

    fn rewrite(&self) -> Option<Rewrite> {
        let dockerfile = self.build.dockerfile;
        let mut edits = Edits::new();
        let named = |name: &&&str| {
            let mut commands = self.commands().iter().filter(|command| is_install(command));
            !commands.any(|command| command.words.iter().flatten().any(|word| word == **name))
        };
        let added: Vec<&str> = self.tools.run_time.iter().filter(named).copied().collect();
        insert_words(dockerfile, &self.tools.packages, &added, &mut edits).ok()?;
        let statement = self.list.statements.first()?;
        let layout = Layout::before(dockerfile, self.script, statement.span.end, false);
        let names = self.tools.names.join(" ");
        let join = layout.join("&&", &[]);
        let text = match self.tools.manager {
            "apk" => format!("{join}apk del {names}"),
            _ => format!("{join}apt-mark auto {names}{join}apt-get autoremove -y --purge"),
        };
        edits.insert(statement.span.end, text).ok()?;
        let mut reason = "compilers stay in the layer that only this RUN needs".to_owned();
        if !added.is_empty() {
            reason.push_str(&format!("; what it builds may be linked to {}", added.join(", ")));
        }
        let at = self.step.instruction.span;
        Some(Rewrite { safety: Safety::Review, at, reason, edits })
    }
}
