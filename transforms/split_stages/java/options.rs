//! What the options of Java ask of a runtime, beside what the classes name (JDK, "The java Command").

use dockslim_syntax::Keyword;

use super::HOME;
use crate::facts::{absolute, is_within};
use crate::split_stages::launch::base_name;
use crate::split_stages::lies::Lies;
use crate::split_stages::plan::Plan;
use crate::split_stages::reasons;
use crate::split_stages::subject::{Obstacle, Subject};

/// Variables in which Java finds options by itself (JDK, "Using the JDK_JAVA_OPTIONS Launcher Environment Variable").
const VARIABLES: &[&str] = &["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"];

/// Options that ask for more modules than are known, for classes beside those of the program, or for an archive of the kit's classes.
const UNKNOWN: &[&str] = &[
    "--add-modules",
    "--module-path",
    "--patch-module",
    "--upgrade-module-path",
    "-Djava.naming.",
    "-Djava.security.auth.",
    "-Djava.security.manager",
    "-Djava.security.properties",
    "-Djava.system.class.loader",
    "-Djava.util.logging.",
    "-Xbootclasspath",
    "-XX:Flags=",
    "-Xshare",
    "-javaagent",
    "ArchiveClasses",
    "SharedArchive",
    "VMOptionsFile",
    "USE_SYSTEM_CA_CERTS",
];

/// Options that call a library of a module, with the module.
const LIBRARIES: &[&str] = &["-agentlib:", "-agentpath:", "-Xrun"];

/// What is asked for by name, with its modules: debuggers, recordings, and those who watch from outside.
const WATCHERS: &[(&str, &[&str])] = &[
    ("jdwp", &["jdk.jdwp.agent"]),
    ("FlightRecord", &["jdk.jfr"]),
    (".management", &["jdk.management", "jdk.management.agent"]),
];

/// Whether a file of the project, such as one of compose, hands Java options, names the kit of an old image by its place, or speaks of jars
/// that hold classes for several releases, which jdeps reads only if it is told one (JDK, "jdeps", `--multi-release`).
fn is_led_from_outside(subject: &Subject<'_, '_>) -> bool {
    const SIGNS: &[&str] = &[
        "JAVA_TOOL_OPTIONS",
        "META-INF/versions",
        "Multi-Release",
        "USE_SYSTEM_CA_CERTS",
        "/usr/local/openjdk",
        "_JAVA_OPTIONS",
    ];
    let jars = subject.done.iter().any(|done| {
        let mut words = done.command.words.iter().flatten();
        done.command.program_name() == Some("jar")
            && words.any(|word| word.starts_with("--release"))
    });
    let own = |text: &str| text.contains("/usr/local/openjdk");
    let mut settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
    let path =
        settings.any(|setting| setting.name == "PATH" && setting.value.as_deref().is_some_and(own));
    jars || path
        || subject.context.is_some_and(|context| {
            let mut files = context.entries().map(|(path, _)| path).filter(|path| {
                !base_name(path).starts_with("Dockerfile") && !path.ends_with(".md")
            });
            files.any(|path| {
                let told =
                    context.text(path).is_some_and(|text| SIGNS.iter().any(|it| text.contains(it)));
                told || path.contains("META-INF/versions")
            })
        })
}

/// Modules that options ask for; all those of watchers where a variable may hold options that somebody sets when the container starts.
/// `None` if options may ask for more.
pub(super) fn modules(subject: &Subject<'_, '_>) -> Option<Vec<&'static str>> {
    if is_led_from_outside(subject) {
        return None;
    }
    let dockerfile = subject.build.dockerfile;
    let steps = &subject.stage.steps;
    let starts = [Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck];
    let started = steps.iter().filter(|step| starts.contains(&step.instruction.kind));
    let mut told: Vec<String> = started.map(|step| step.text(dockerfile).into_owned()).collect();
    for place in &subject.launch.scripts {
        told.push(subject.source_text(place)?.to_owned());
    }
    let open = told.iter().any(|text| text.contains('$'));
    let last = steps.last()?;
    // The state of a step is that in front of it.
    if last.instruction.kind == Keyword::Env {
        told.push(last.text(dockerfile).into_owned());
    }
    for setting in last.state.settings.iter().filter(|setting| !setting.is_argument) {
        let value = setting.value.as_deref().unwrap_or_default();
        // What is only said is no option.
        let says = |line: &str| {
            let line = line.trim_start();
            let hands_on = line.contains([';', '&', '|', '`']) || line.contains("$(");
            (line.starts_with("echo ") || line.starts_with("printf ")) && !hands_on
        };
        let names =
            |text: &String| text.lines().any(|line| line.contains(&*setting.name) && !says(line));
        let named = VARIABLES.contains(&&*setting.name) || told.iter().any(names);
        if named && value.contains('$') {
            return None;
        }
        told.push(format!("{}={value}", setting.name));
    }
    if told.iter().any(|text| !is_known(text)) {
        return None;
    }
    let asked = WATCHERS.iter().filter(|(sign, _)| told.iter().any(|text| text.contains(sign)));
    let mut modules: Vec<&str> = asked.flat_map(|(_, modules)| *modules).copied().collect();
    if open {
        modules = WATCHERS.iter().flat_map(|(_, modules)| *modules).copied().collect();
        modules.push("java.instrument");
    }
    modules.sort_unstable();
    Some(modules)
}

/// Takes along files of the project that options name, in ENV or behind `java`; refuses agents that stay behind, and what Maven and Gradle
/// have put into their stores.
pub(super) fn take_files(subject: &Subject<'_, '_>, plan: &mut Plan) -> Result<(), Obstacle> {
    const STORES: &[&str] = &["/root/.m2", "/root/.gradle", "/home/gradle/.gradle"];
    let dockerfile = subject.build.dockerfile;
    let steps = subject.stage.steps.iter();
    let mut told: Vec<String> = steps
        .filter(|step| step.instruction.kind == Keyword::Env)
        .map(|step| step.text(dockerfile).into_owned())
        .collect();
    told.extend(subject.launch.commands.iter().flatten().flatten().cloned());
    for word in
        told.iter().flat_map(|text| text.split(|c: char| c.is_whitespace() || "\"'".contains(c)))
    {
        let agent = ["-javaagent:", "-agentpath:"].iter().find_map(|sign| word.split(sign).nth(1));
        let option = word.starts_with("-D") || word.starts_with("-X") || word.contains("=-");
        let paths: Vec<&str> = match agent {
            Some(rest) => rest.split('=').take(1).collect(),
            None if option => {
                word.split(['=', ':', ',']).filter(|it| it.starts_with('/')).collect()
            }
            None => continue,
        };
        for path in paths {
            let place = absolute(path, subject.folder.as_deref());
            let stays = place.as_ref().is_none_or(|place| {
                let mut sources = plan.copies.iter().flat_map(|copy| &copy.sources);
                !is_within(place, HOME) && !sources.any(|source| is_within(place, source))
            });
            if !stays {
                continue;
            }
            let lies = place.as_ref().map(|place| (place, subject.lies(place)));
            match lies {
                Some((place, Lies::File)) if !subject.is_folder(place) => {
                    plan.take(subject, place, false);
                }
                Some((place, _))
                    if agent.is_none() && !STORES.iter().any(|it| is_within(place, it)) => {}
                _ => {
                    let message = format!("`{path}`, which an option of Java names, stays behind");
                    return Err((&reasons::NO_ARTEFACT, message));
                }
            }
        }
    }
    Ok(())
}

/// Whether no word of a text asks for what is not known.
fn is_known(text: &str) -> bool {
    let debugger = |sign: &str| {
        let mut behind = text.split(sign).skip(1);
        behind.all(|behind| behind.starts_with("jdwp"))
    };
    // Options of a file: `@file`, `$(cat file)`.
    let from_file = text.contains("java")
        && (["$(cat", "`cat", "$(<", "xargs"].iter().any(|sign| text.contains(sign))
            || text
                .split(|c: char| c.is_whitespace() || "\"',[".contains(c))
                .any(|word| word.starts_with('@') && word.len() > 1));
    !from_file
        && !UNKNOWN.iter().any(|sign| text.contains(sign))
        && LIBRARIES.iter().all(|sign| debugger(sign))
}
