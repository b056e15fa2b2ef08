//! Whether a stage needs the development kit of Java.

use dockslim_syntax::Keyword;

use super::needs::{Candidate, words};
use super::{Refusal, reasons};
use crate::facts::BuildStep;
use crate::knowledge::program_names;

/// Programs of the kit that the run-time environment lacks (JDK tool specifications), and builders that call them.
const KIT: [&str; 31] = [
    "ant",
    "gradle",
    "gradlew",
    "jar",
    "jarsigner",
    "javac",
    "javadoc",
    "javap",
    "jcmd",
    "jconsole",
    "jdb",
    "jdeprscan",
    "jdeps",
    "jfr",
    "jhsdb",
    "jimage",
    "jinfo",
    "jlink",
    "jmap",
    "jmod",
    "jpackage",
    "jps",
    "jshell",
    "jstack",
    "jstat",
    "jstatd",
    "lein",
    "mvn",
    "mvnw",
    "sbt",
    "serialver",
];

/// Whether the stage, and the scripts that it runs, can do without.
pub(super) fn look(candidate: Candidate<'_, '_>) -> Result<(), Refusal> {
    let Candidate { build, stage, facts, .. } = candidate;
    let dockerfile = build.dockerfile;
    let own = stage.stage.index;
    let used = |text: &str| {
        words(text).flat_map(program_names).find_map(|name| KIT.iter().find(|tool| **tool == name))
    };
    for other in build.stages.iter().filter(|other| build.builds_on(&other.stage, own)) {
        for step in &other.steps {
            let text = dockerfile.text(step.instruction.span);
            // JEP 330: java compiles a source that it is given.
            let source = step.content.commands().iter().find(|command| {
                command.program_name() == Some("java")
                    && command.words.iter().flatten().any(|word| word.ends_with(".java"))
            });
            if source.is_some() {
                let line = dockerfile.line(step.instruction.span.start);
                return Err((&reasons::JDK, format!("line {line} runs a source")));
            }
            if let Some(tool) = used(&text).filter(|_| !step.content.commands().is_empty()) {
                let line = dockerfile.line(step.instruction.span.start);
                return Err((&reasons::JDK, format!("line {line} calls {tool}")));
            }
        }
    }
    let starts = |step: &&BuildStep<'_>| {
        matches!(step.instruction.kind, Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck)
    };
    let started: Vec<String> = stage
        .steps
        .iter()
        .filter(starts)
        .flat_map(|step| step.content.commands())
        .flat_map(|command| command.words.iter().flatten())
        .map(|word| word.rsplit('/').next().unwrap_or(word).to_owned())
        .collect();
    let scripts = facts.context.into_iter().flat_map(|context| {
        context
            .entries()
            .filter(|(path, _)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                path.ends_with(".sh") || started.iter().any(|word| word == name)
            })
            .filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    for (path, text) in scripts {
        if let Some(tool) = used(text) {
            return Err((&reasons::JDK, format!("{path} calls {tool}")));
        }
    }
    Ok(())
}
