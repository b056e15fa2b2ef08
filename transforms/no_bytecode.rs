//! Install packages of Python without the bytecode that Python makes by itself.
//!
//! pip compiles each module that it installs, whether anybody imports it or not: a fifth to a third of what a package takes. Python
//! compiles a module when it is first imported, and keeps the result if it may write there.
//!
//! ```dockerfile before
//! FROM python:3.12-slim
//! WORKDIR /srv
//! COPY requirements.txt .
//! RUN pip install -r requirements.txt
//! COPY . .
//! CMD ["python", "app.py"]
//! ```
//!
//! ```dockerfile after
//! FROM python:3.12-slim
//! WORKDIR /srv
//! COPY requirements.txt .
//! RUN pip install --no-compile -r requirements.txt
//! COPY . .
//! CMD ["python", "app.py"]
//! ```
//!
//! That is done on the official images of Python, and with the pip of Debian and Ubuntu.
//!
//! # Declines
//!
//! - The author has decided: something in the file speaks of bytecode, or of compiling it. With `PYTHONDONTWRITEBYTECODE`, each start would
//!   compile all again.
//! - Nobody gets the packages: the stage is used by nothing.
//! - The words of the call are not known.
//!
//! # Safety
//!
//! Suggestion. The first start of each container compiles what it imports: Flask and requests take 0.75 in place of 0.31 seconds of processor
//! time, large packages a second or two; where its user may not write to the packages, so does each start of its program. Whoever counts cold
//! starts rather than megabytes wants it as it is.

mod reasons;

use dockslim_contract::{Decline, Difference, Findings, Rewrite, Safety};
use dockslim_syntax::{Edits, Keyword, Span};

use crate::facts::{Build, BuildStage, BuildStep, Command, Content};
use crate::knowledge::{Action, library_name};
use crate::pass::Refusal;
use crate::{Facts, Options, Transform};

/// The pass.
pub const NO_BYTECODE: Transform = Transform {
    name: "no-bytecode",
    summary: "install packages of Python without bytecode",
    levels: &[Safety::Suggestion],
    source: include_str!("no_bytecode.rs"),
    declines: reasons::ALL,
    causes: &[Difference::Bytecode],
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
            for command in step.content.commands().iter().filter(|one| is_install(stage, one)) {
                look_at(build, stage, step, command, &mut findings);
            }
        }
    }
    findings
}

/// Whether a command is `pip install` with a pip that knows the flag. It came with pip 6.0, as the one by which pip keeps no cache.
fn is_install(stage: &BuildStage<'_>, command: &Command<'_>) -> bool {
    let Some(call) = command.package_call() else { return false };
    let image = stage.image.as_deref();
    let knows = call.manager.leftovers.iter().any(|leftover| {
        let remedy = leftover.remedy("install", image);
        remedy.is_some_and(|remedy| matches!(remedy.action(), Action::Flag(_)))
    });
    let own = image.and_then(library_name);
    call.manager.name == "pip"
        && call.is("install")
        && knows
        && matches!(own, Some("python" | "debian" | "ubuntu"))
}

fn look_at(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    step: &BuildStep<'_>,
    command: &Command<'_>,
    findings: &mut Findings,
) {
    let at = command.span;
    let decides = |word: &str| matches!(word, "--compile" | "--no-compile");
    if command.words.iter().flatten().any(|word| decides(word)) {
        return;
    }
    let verb = refusal(build, stage, step).map_or_else(|| verb(command), Err);
    match verb {
        Ok(verb) => {
            let mut edits = Edits::new();
            let reason = "pip compiles what Python compiles by itself".to_owned();
            if edits.insert(verb.end, " --no-compile".to_owned()).is_ok() {
                findings.rewrites.push(Rewrite { safety: Safety::Suggestion, at, reason, edits });
            }
        }
        Err((reason, message)) => findings.declines.push(Decline { reason, at, message }),
    }
}

/// What speaks against it, for all calls of a step.
fn refusal(build: &Build<'_>, stage: &BuildStage<'_>, step: &BuildStep<'_>) -> Option<Refusal> {
    const SIGNS: &[&str] = &[
        ".pyc",
        "pycache",
        "PYCACHE",
        "compileall",
        "py_compile",
        "OPTIMIZE",
        "_COMPILE",
        "DONTWRITEBYTECODE",
    ];
    if step.onbuild {
        return Some((&reasons::ONBUILD, "it runs in the builds of others".to_owned()));
    }
    if matches!(step.content, Content::Exec(_)) {
        return Some((&reasons::EXEC_FORM, "the exec form is left as it is".to_owned()));
    }
    if !stage.stage.ships && !stage.stage.used {
        return Some((&reasons::NOT_USED, "nothing takes files from this stage".to_owned()));
    }
    let source = build.dockerfile.source;
    let sign = SIGNS.iter().find(|sign| source.contains(**sign))?;
    Some((&reasons::BYTECODE, format!("the file speaks of `{sign}`")))
}

/// The word behind which the flag goes.
fn verb(command: &Command<'_>) -> Result<Span, Refusal> {
    let at = command.words.iter().position(|word| word.as_deref() == Some("install"));
    let known = at.filter(|at| command.words[..*at].iter().all(Option::is_some));
    let word = known.zip(command.call).and_then(|(at, call)| call.simple.words.get(at));
    word.map(|word| word.span)
        .ok_or_else(|| (&reasons::UNKNOWN_WORDS, "the verb is not known".to_owned()))
}
