//! Leave out what apt installs only because somebody recommends it.
//!
//! By default `apt-get install` brings not only what a package depends on, but also what its maintainer
//! recommends on a desktop: manual pages, printers' drivers, a mail server for cron. An image rarely
//! needs that, and it is often more than half of what is installed.
//!
//! ```dockerfile before
//! FROM debian:12
//! RUN apt-get update \
//!     && apt-get install -y \
//!         curl \
//!         unzip \
//!     && rm -rf /var/lib/apt/lists/*
//! ```
//!
//! ```dockerfile after
//! FROM debian:12
//! RUN apt-get update \
//!     && apt-get install --no-install-recommends -y \
//!         ca-certificates \
//!         curl \
//!         unzip \
//!     && rm -rf /var/lib/apt/lists/*
//! ```
//!
//! Some of what is recommended is needed: certificates by curl, the headers of libc by gcc, xauth by
//! xvfb-run, ssh by git where an address says so or where the image starts a shell, in which people
//! type their own. That joins the list by its own name, in its order and layout, unless the list, an
//! earlier install or the base image has it and nothing has removed it since. aptitude gets
//! `--without-recommends`, its own word for it. Behind `-y` the flag goes only where the author has it.
//!
//! # Declines
//!
//! - Nobody knows what is lost: a package that is in no table (of Debian's libraries of Ruby, Python and Perl, one that loses more on this
//!   release than its interpreter), a variable that holds packages, a local
//!   file, a source package's build dependencies.
//! - It is what was wanted: TeX, LibreOffice, R, desktops; pip and npm that bring their compilers, unless pip is asked for nothing but
//!   packages that are known to come without one, by a release whose Python is known, and neither a later step nor a file of the project
//!   builds or installs more.
//! - A script that is not in the file may use what would be lost.
//! - The author has decided: the flag in any spelling, `--install-recommends`, a configuration file.
//! - The layers of the stage reach nobody.
//!
//! # Safety
//!
//! Review. What packages recommend is known from Debian 12 and may differ in other releases, and a
//! program may look for what is recommended only when it runs.

mod losses;
mod people;
mod present;
mod reasons;
mod wheels;

use dockslim_contract::{Decline, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword};

use crate::facts::{
    Base, Build, BuildStage, Command, PackageList, Unlisted, insert_words, is_yes, package_name,
};
use crate::knowledge::Keep;
use crate::pass::Refusal;
use crate::{Facts, Options, Transform};
use losses::{Losses, is_used, unread_script};
use people::is_for_people;
use present::Present;

/// The pass.
pub const NO_INSTALL_RECOMMENDS: Transform = Transform {
    name: "no-install-recommends",
    summary: "leave out what apt installs only on recommendation",
    levels: &[Safety::Review],
    source: include_str!("no_install_recommends.rs"),
    declines: reasons::ALL,
    causes: &[Difference::Recommendations],
    run,
};

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    let build = facts.build();
    if !build.may_install {
        return findings;
    }
    let flag_behind_yes = has_flag_behind_yes(build);
    let mut present: Vec<Present> = Vec::new();
    for stage in &build.stages {
        let mut packages = match stage.stage.base {
            Base::Stage(below) => present[below].clone(),
            Base::Image(_) => Present::in_image(stage.image.as_deref()),
        };
        for (number, step) in stage.steps.iter().enumerate() {
            for index in 0..step.content.commands().len() {
                let install = Install { facts, build, stage, number, index, flag_behind_yes };
                install.look(&mut packages, &mut findings);
                packages.decided |= install.is_setting();
            }
        }
        present.push(packages);
    }
    findings
}

/// A command that may install packages.
#[derive(Clone, Copy)]
struct Install<'b, 't> {
    facts: &'b Facts<'t>,
    build: &'b Build<'t>,
    stage: &'b BuildStage<'t>,
    /// The number of its step.
    number: usize,
    /// Its own number among the commands of the step.
    index: usize,
    /// Whether the author writes `install -y --no-install-recommends` wherever both stand.
    flag_behind_yes: bool,
}

impl<'b, 't> Install<'b, 't> {
    fn command(&self) -> &'b Command<'t> {
        &self.stage.steps[self.number].content.commands()[self.index]
    }

    /// Looks at one command; `present` are the packages that are there before it, and then behind it.
    fn look(&self, present: &mut Present, findings: &mut Findings) {
        let command = self.command();
        let runs = self.stage.steps[self.number].instruction.kind == Keyword::Run;
        let Some(call) = command.package_call().filter(|call| runs && call.manager.name == "apt")
        else {
            return;
        };
        let mut refuse = |(reason, message): Refusal| {
            findings.declines.push(Decline { reason, at: command.span, message });
        };
        if call.is("build-dep") || call.is("build-depends") {
            let message = "what it installs is not listed in the file".to_owned();
            return refuse((&reasons::BUILD_DEPENDENCIES, message));
        }
        if !call.is("install") && !call.is("reinstall") {
            return present.follow(command, &call);
        }
        let named = command.words.iter().flatten().map(|word| package_name(word));
        let found = (!present.decided && !self.is_decided()).then(|| {
            let list = PackageList::of(self.build.dockerfile, command, &call);
            let list = list.map_err(unlisted);
            list.and_then(|list| self.losses(&list, present).map(|found| (list, found)))
        });
        present.name(named);
        let Some(found) = found else { return };
        match found {
            Ok((list, losses)) => {
                present.name(losses.added.iter().map(|added| added.name.as_str()));
                findings.rewrites.extend(self.rewrite(&list, &losses));
            }
            Err(refusal) => {
                // The install stays as it is, and so does what it brings.
                let brought = command.words.iter().flatten().flat_map(|word| losses::brought(word));
                present.bring(brought);
                refuse(refusal);
            }
        }
    }

    /// Whether the call leaves recommendations out.
    fn is_decided(&self) -> bool {
        let command = self.command();
        let short = command.program_name() == Some("aptitude")
            && command.words.iter().flatten().any(|word| word == "-R");
        short || leaves_out(&command.text(self.build.dockerfile))
    }

    /// Whether the command may write a setting of apt that leaves them out: `echo 'APT::Install-Recommends "0";' > file`. An install
    /// speaks for itself alone.
    fn is_setting(&self) -> bool {
        let command = self.command();
        let redirected =
            command.call.is_some_and(|call| !call.redirects.is_empty() || call.in_child);
        let writes =
            redirected || matches!(command.program_name(), Some("sed" | "tee" | "apt-config"));
        writes
            && command.package_call().is_none()
            && leaves_out(&command.text(self.build.dockerfile))
    }

    /// What is lost, and what of it joins the list.
    fn losses(&self, list: &PackageList, present: &Present) -> Result<Losses, Refusal> {
        let dockerfile = self.build.dockerfile;
        let step = &self.stage.steps[self.number];
        if step.onbuild {
            return Err((&reasons::ONBUILD, "it runs in the builds of others".to_owned()));
        }
        if !self.stage.stage.ships {
            let message = "nothing ships the layers of this stage".to_owned();
            return Err((&reasons::STAGE_DOES_NOT_SHIP, message));
        }
        let text = self.command().text(dockerfile).to_ascii_lowercase();
        if text.contains("install-recommends") || text.contains("--with-recommends") {
            let message = "the call asks for recommended packages".to_owned();
            return Err((&reasons::ASKED_FOR, message));
        }
        if let Some(file) = self.configuration() {
            let message = format!("{file} may say already what becomes of recommendations");
            return Err((&reasons::CONFIG_FILE, message));
        }
        let mut losses = Losses::of(self, list, present)?;
        for lost in std::mem::take(&mut losses.doubtful) {
            if is_used(self, lost) || lost.by_hand && is_for_people(self) {
                losses.added.push(lost);
            } else if let Some(line) = unread_script(self, lost) {
                // What all but a few packages keep may stay unseen.
                if lost.keep == Keep::Always {
                    losses.added.push(lost);
                    continue;
                }
                let message = format!("line {line} runs a script that may use {}", lost.name);
                return Err((&reasons::UNKNOWN_SCRIPT, message));
            } else {
                losses.dropped.push(lost);
            }
        }
        if let (Some(added), Some(line)) = (losses.added.first(), self.removal(list)) {
            let message = format!("line {line} removes it, and {} would stay", added.name);
            return Err((&reasons::REMOVED_LATER, message));
        }
        Ok(losses)
    }

    /// A configuration file of apt that was copied before this call.
    fn configuration(&self) -> Option<String> {
        let here = self.command().span.start;
        let mut copied = self.build.copied.iter().filter(|(at, _)| *at < here);
        let file =
            copied.find(|(_, path)| path.contains("/apt.conf") || path.starts_with("apt.conf"));
        let variable = self.stage.steps[self.number].state.sets("APT_CONFIG");
        file.map(|(_, path)| path.to_string()).or(variable.then(|| "APT_CONFIG".to_owned()))
    }

    /// The line of a later call that removes a package of the list.
    fn removal(&self, list: &PackageList) -> Option<usize> {
        let later = losses::later_commands(self).map(|(_, _, command)| command);
        let mut removals = later.filter(|command| {
            command.package_call().is_some_and(|call| {
                call.manager.name == "apt" && (call.is("remove") || call.is("purge"))
            })
        });
        let found = removals.find(|command| {
            command.words.iter().flatten().any(|word| list.has(package_name(word)))
                || command.words.iter().any(Option::is_none)
        })?;
        Some(self.build.dockerfile.line(found.span.start))
    }

    fn rewrite(&self, list: &PackageList, losses: &Losses) -> Option<Rewrite> {
        let aptitude = self.command().program_name() == Some("aptitude");
        let flag = if aptitude { " --without-recommends" } else { " --no-install-recommends" };
        let place = list.behind_yes.filter(|_| self.flag_behind_yes);
        let mut edits = Edits::new();
        edits.insert(place.unwrap_or(list.behind_verb), flag).ok()?;
        let names: Vec<&str> = losses.added.iter().map(|added| added.name.as_str()).collect();
        insert_words(self.build.dockerfile, &list.packages, &names, &mut edits).ok()?;
        let mut reason = "packages come that are only recommended".to_owned();
        if !names.is_empty() {
            reason.push_str(&format!("; of these stay {}", names.join(", ")));
        }
        let dropped: Vec<&str> = losses.dropped.iter().map(|one| one.name.as_str()).collect();
        if !dropped.is_empty() {
            reason.push_str(&format!("; nothing here is seen to use {}", dropped.join(", ")));
        }
        Some(Rewrite { safety: Safety::Review, at: self.command().span, reason, edits })
    }
}

fn unlisted(why: Unlisted) -> Refusal {
    match why {
        Unlisted::Words(message) => (&reasons::UNKNOWN_WORDS, message),
        Unlisted::Package(message) => (&reasons::UNKNOWN_PACKAGE, message),
        Unlisted::Nothing(message) => (&reasons::NO_PACKAGES, message),
    }
}

/// Whether the author writes `install -y --no-install-recommends` wherever both stand.
fn has_flag_behind_yes(build: &Build<'_>) -> bool {
    let steps = build.stages.iter().flat_map(|stage| &stage.steps);
    let commands = steps.flat_map(|step| step.content.commands());
    let mut orders = commands.filter_map(|command| {
        let place = |is: &dyn Fn(&str) -> bool| {
            command.words.iter().position(|word| word.as_deref().is_some_and(is))
        };
        let call = command.package_call().filter(|call| call.manager.name == "apt")?;
        let verb = call.operands().next()?;
        let yes = place(&is_yes).filter(|yes| *yes > verb)?;
        Some(place(&|word| word == "--no-install-recommends")? > yes)
    });
    orders.next().is_some_and(|first| first && orders.all(|order| order))
}

/// Whether a text asks apt to leave recommendations out.
fn leaves_out(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace(['"', '\'', ' '], "");
    text.contains("--no-install-recommends")
        || text.contains("--without-recommends")
        || ["false", "0", "no", "off"].iter().any(|off| {
            ["=", "", "::="]
                .iter()
                .any(|sign| text.contains(&format!("install-recommends{sign}{off}")))
        })
}
