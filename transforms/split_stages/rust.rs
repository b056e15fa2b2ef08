//! Rust: the release binary that Cargo.toml names, with the libraries that it is linked with.

mod installed;

use dockslim_contract::BuildContext;

use super::compiled::{Made, RunsOn, plan};
use super::effects::{Done, Effect};
use super::go::is_of_project;
use super::gone::{Fate, fate};
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::facts::absolute;
use crate::knowledge::toolchain_of_image;

/// Plans the two stages of a Rust program.
pub(super) fn split(subject: &Subject<'_, '_>) -> Result<Plan, Obstacle> {
    shipped(subject, &made(subject)?)
}

/// Plans the stage that ships what was made.
pub(super) fn shipped(subject: &Subject<'_, '_>, made: &Made) -> Result<Plan, Obstacle> {
    finds_programs(subject)?;
    let own =
        made.artefacts.iter().filter(|path| path.starts_with("/usr/local/cargo/bin/")).count();
    let mut plan = plan(subject, made, &[])?;
    // What is installed besides is there to be called by its name.
    if own > 1
        || own == 1 && subject.launch.programs().flatten().any(|program| !program.contains('/'))
    {
        plan.settings.push(("PATH".to_owned(), "/usr/local/cargo/bin:$PATH".to_owned()));
    }
    Ok(plan)
}

/// Refuses sources that start a script of the project, or programs by crates that hand whole commands on.
pub(super) fn finds_programs(subject: &Subject<'_, '_>) -> Result<(), Obstacle> {
    const CRATES: &[(&str, &[&str])] = &[
        ("cmd_lib", &["run_cmd!", "run_fun!", "spawn!"]),
        ("duct", &["cmd!(", "duct::cmd("]),
        ("subprocess", &["Exec::cmd(", "Exec::shell("]),
        ("xshell", &["cmd!("]),
    ];
    let context = subject.context.into_iter().flat_map(|context| {
        context.entries().filter_map(|(path, _)| Some((path, context.text(path)?)))
    });
    for (path, text) in context.filter(|(path, _)| path.ends_with(".rs") && !is_aside(path)) {
        if let Some(sign) = hides_programs(text) {
            let message =
                format!("{path} says `{sign}`, and what it starts or opens by that is not known");
            return Err((&reasons::PACKAGES, message));
        }
        let kit = ["\"CARGO_HOME\"", "\"RUSTUP_HOME\"", "\"RUST_VERSION\""];
        if let Some(name) = kit.into_iter().find(|name| text.contains(*name)) {
            let message = format!("{path} says {name}, which only the compiler's image tells");
            return Err((&reasons::RUNS_TOOLCHAIN, message));
        }
        let by = CRATES.iter().find(|(name, calls)| {
            text.contains(name) && calls.iter().any(|call| text.contains(call))
        });
        if let Some((name, _)) = by {
            let message = format!("{path} starts programs by `{name}`, and which is not known");
            return Err((&reasons::PACKAGES, message));
        }
        let started = text.split("Command::new(\"").skip(1);
        let mut scripts = started.filter_map(|rest| rest.split('"').next());
        if let Some(script) = scripts.find(|one| one.contains('/') && is_of_project(subject, one)) {
            let message = format!(
                "{path} starts `{script}` of the project, whose programs its new base may not have"
            );
            return Err((&reasons::PACKAGES, message));
        }
    }
    Ok(())
}

/// By what a source starts programs under another name, or by calls that are not followed; or opens libraries, fonts and certificates by
/// their places (`std::process`, nix, libc, libloading, fontdb and openssl, their documentation).
fn hides_programs(text: &str) -> Option<&'static str> {
    const SIGNS: &[&str] = &[
        "Library::new(",
        "Provider::load(",
        "Provider::try_load(",
        "SslConnector::builder(",
        "libc::execl",
        "libc::execv",
        "libc::popen(",
        "libc::system(",
        "load_system_fonts(",
        "openssh::",
        "process::Command as ",
        "run_script!",
        "run_script::",
        "unistd::exec",
    ];
    let lines = || text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    let handed_on = |line: &str| {
        let mut ends = line.split("Command::new").skip(1);
        ends.any(|rest| !rest.starts_with(|c: char| c == '(' || c == '_' || c.is_alphanumeric()))
    };
    let sign = SIGNS.iter().copied().find(|sign| lines().any(|line| line.contains(sign)));
    sign.or_else(|| lines().any(handed_on).then_some("Command::new"))
}

/// Whether a source is part of no program that ships (Cargo, "Package Layout").
fn is_aside(path: &str) -> bool {
    let mut parts = path.split('/');
    path == "build.rs"
        || path.ends_with("/build.rs")
        || parts.any(|part| matches!(part, "benches" | "examples" | "target" | "tests" | "xtask"))
}

/// The programs that the container starts, of those that cargo and rustc have made.
pub(super) fn made(subject: &Subject<'_, '_>) -> Result<Made, Obstacle> {
    if subject
        .launch
        .programs()
        .flatten()
        .any(|program| matches!(base_name(program), "cargo" | "rustc" | "rustup"))
    {
        return Err(because(&reasons::RUNS_TOOLCHAIN));
    }
    if let Some(path) = reads_output_of_script(subject) {
        let message = format!("{path} leads the program to what the script of a build makes");
        return Err((&reasons::NO_ARTEFACT, message));
    }
    let mut made = Made { artefacts: Vec::new(), runs_on: RunsOn::Libraries };
    let mut put: Vec<String> = Vec::new();
    for done in subject.done.iter().filter(|done| done.effect == Effect::Builds) {
        if done.command.program_name() == Some("rustc") {
            made.artefacts.extend(compiled(done));
            continue;
        }
        let Some(call) = done.command.package_call().filter(|call| call.manager.name == "cargo")
        else {
            continue;
        };
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let value = |flag: &str| {
            let glued = words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
            glued.or_else(|| {
                words
                    .iter()
                    .position(|word| *word == flag)
                    .and_then(|at| words.get(at + 1).copied())
            })
        };
        let Some(folder) = done.folder.as_deref() else { continue };
        if call.is("build") {
            let profile = value("--profile").unwrap_or(
                if words.iter().any(|word| matches!(*word, "--release" | "-r")) {
                    "release"
                } else {
                    "debug"
                },
            );
            let target = value("--target").map_or_else(String::new, |target| format!("{target}/"));
            if target.contains("musl") {
                made.runs_on = RunsOn::Nothing;
            }
            let output = value("--target-dir")
                .map(str::to_owned)
                .or_else(|| setting(subject, "CARGO_TARGET_DIR"));
            let output = output.unwrap_or_else(|| "target".to_owned());
            let names = names(subject, folder);
            let names = match value("--bin") {
                Some(name) => vec![name.to_owned()],
                None => names,
            };
            for name in names {
                let path = absolute(&format!("{output}/{target}{profile}/{name}"), Some(folder));
                made.artefacts.extend(path);
            }
        } else if call.is("install") {
            let root = value("--root")
                .or_else(|| cargo_home(subject))
                .ok_or_else(|| because(&reasons::NO_ARTEFACT))?;
            let path = value("--path").and_then(|path| absolute(path, Some(folder)));
            let Some(path) = path else { return Err(because(&reasons::FOREIGN_SOURCES)) };
            let place = |name: String| absolute(&format!("{root}/bin/{name}"), Some(folder));
            let all = names(subject, &path);
            match installed::programs(subject, &path, &words) {
                Some(names) => put.extend(names.into_iter().filter_map(place)),
                // Of one program alone nothing else is there.
                None if all.iter().any(|name| *name != all[0]) => {
                    let line = subject.build.dockerfile.line(done.command.span.start);
                    let message = format!("which programs line {line} installs is not known");
                    return Err((&reasons::NO_ARTEFACT, message));
                }
                None => {}
            }
            made.artefacts.extend(all.into_iter().filter_map(place));
        }
    }
    // Of what cargo makes the container gets what it names; a copy of it elsewhere will do.
    let paths = subject.launch.paths(subject.folder.as_deref());
    let started: Vec<&str> = subject.launch.programs().flatten().collect();
    let copies: Vec<&String> = subject
        .done
        .iter()
        .flat_map(|done| match &done.effect {
            Effect::Writes(paths) => paths.as_slice(),
            _ => &[],
        })
        .collect();
    let is_started = |path: &String| {
        paths.contains(path)
            || started.iter().any(|program| !program.contains('/') && base_name(path) == *program)
    };
    let copied: Vec<String> =
        copies.iter().filter(|path| is_started(path)).map(|path| (*path).clone()).collect();
    made.artefacts.retain(is_started);
    if !copied.is_empty() {
        made.artefacts = copied;
    }
    made.artefacts.dedup();
    if made.artefacts.is_empty() {
        return Err(because(&reasons::NO_ARTEFACT));
    }
    // What is installed is there for somebody, though nothing names it.
    let more = put.into_iter().filter(|path| {
        !made.artefacts.iter().any(|one| base_name(one) == base_name(path))
            && fate(subject, path) == Fate::Stays
    });
    let more: Vec<String> = more.collect();
    made.artefacts.extend(more);
    Ok(made)
}

/// A source that knows at run time where the build script has put its files, and does not only take them in when it is compiled; or a script
/// that tells it so (The Cargo Book, "Build Scripts").
fn reads_output_of_script<'s>(subject: &Subject<'s, '_>) -> Option<&'s str> {
    let context = subject.context?;
    let mut sources = context.entries().map(|(path, _)| path).filter(|path| path.ends_with(".rs"));
    sources.find(|path| {
        let text = context.text(path).unwrap_or_default();
        if base_name(path) == "build.rs" {
            return writes_for_others(context, path, text)
                || text.lines().any(|line| {
                    let line = line.to_ascii_lowercase();
                    let hands = line.contains("rustc-env");
                    hands && ["dest", "dir", "out", "path"].iter().any(|name| line.contains(name))
                });
        }
        ["env!(\"OUT_DIR\"", "env!( \"OUT_DIR\""].iter().any(|call| {
            text.match_indices(call).any(|(at, _)| {
                let front = text[..at].trim_end_matches("option_");
                let front = front.rsplit([';', '{', '}']).next().unwrap_or(front);
                !["include!(", "include_str!(", "include_bytes!("]
                    .iter()
                    .any(|taken| front.contains(taken))
            })
        })
    })
}

/// Whether a build script writes files beside its own folder for them, by a name that another source has in a text as well.
fn writes_for_others(context: &BuildContext, script: &str, text: &str) -> bool {
    let writes = ["fs::write", "File::create", "fs::copy", "OpenOptions"];
    if text.contains("OUT_DIR") || !writes.iter().any(|call| text.contains(call)) {
        return false;
    }
    let sources = context.entries().map(|(path, _)| path);
    let sources = sources.filter(|path| path.ends_with(".rs") && *path != script);
    let others: Vec<&str> = sources.filter_map(|path| context.text(path)).collect();
    let mut names = text.split('"').skip(1).step_by(2).filter(|name| name.contains(['.', '/']));
    names.any(|name| others.iter().any(|other| other.contains(&format!("\"{name}\""))))
}

/// Where cargo of the image installs to: in the home of root, if it is that of a distribution.
fn cargo_home(subject: &Subject<'_, '_>) -> Option<&'static str> {
    let official = toolchain_of_image(subject.image).is_some_and(|row| row.name == "rust");
    let moved = ["CARGO_HOME", "CARGO_INSTALL_ROOT", "HOME"];
    let set = moved.iter().any(|name| setting(subject, name).is_some());
    let last = subject.stage.steps.last();
    let root = last.is_some_and(|step| subject.stage.is_root(step));
    match official {
        true => Some("/usr/local/cargo"),
        false => Some("/root/.cargo").filter(|_| root && !set),
    }
}

/// What `rustc` makes: a program of the name that it is told, or of that of its source (`rustc --help`).
fn compiled(done: &Done<'_, '_>) -> Option<String> {
    let words: Vec<&str> =
        done.command.words.iter().skip(1).flatten().map(|word| &**word).collect();
    let library = |word: &&str| {
        matches!(*word, "--crate-type" | "--emit" | "--out-dir" | "--target" | "--test")
            || ["--crate-type=", "--emit=", "--out-dir=", "--target=", "--crate-name"]
                .iter()
                .any(|flag| word.starts_with(flag))
    };
    if words.iter().any(library) {
        return None;
    }
    let given = words.iter().position(|word| *word == "-o").and_then(|at| words.get(at + 1));
    let source = words.iter().find(|word| word.ends_with(".rs"))?;
    let name = given.map_or_else(|| base_name(source).trim_end_matches(".rs"), |path| *path);
    absolute(name, done.folder.as_deref())
}

fn setting(subject: &Subject<'_, '_>, name: &str) -> Option<String> {
    let last = subject.stage.steps.last()?;
    let value =
        last.state.settings.iter().rev().find(|setting| setting.name == name)?.value.clone()?;
    Some(value.trim_matches(['"', '\'']).to_owned())
}

/// The names of the programs of a package and of the members of its workspace (Cargo reference, "Cargo targets").
fn names(subject: &Subject<'_, '_>, folder: &str) -> Vec<String> {
    let Some(context) = subject.context else { return Vec::new() };
    let mut names = Vec::new();
    for one in
        subject.copied.iter().filter(|copied| copied.from_context).flat_map(|copied| &copied.brings)
    {
        let root = match one.folder {
            true if crate::facts::is_within(folder, &one.place) => {
                let rest = folder[one.place.trim_end_matches('/').len()..].trim_matches('/');
                [one.source.as_str(), rest]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .copied()
                    .collect::<Vec<_>>()
                    .join("/")
            }
            false if one.place == format!("{folder}/Cargo.toml") => {
                one.source.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
            }
            _ => continue,
        };
        let manifests = context
            .below(&root)
            .filter(|(path, _)| base_name(path) == "Cargo.toml" && !path.contains("/target/"));
        for (path, _) in manifests {
            let Some(manifest) =
                context.text(path).and_then(|text| text.parse::<toml::Table>().ok())
            else {
                continue;
            };
            let name = |table: &toml::Table| {
                table.get("name").and_then(|name| name.as_str()).map(str::to_owned)
            };
            names.extend(manifest.get("package").and_then(toml::Value::as_table).and_then(name));
            let bins = manifest.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
            names.extend(bins.filter_map(toml::Value::as_table).filter_map(name));
            let package = path.trim_end_matches("Cargo.toml");
            let folder = format!("{package}src/bin");
            let sources = context.below(&folder).map(|(path, _)| base_name(path));
            names.extend(sources.map(|name| name.trim_end_matches(".rs").to_owned()));
        }
    }
    names.dedup();
    names
}
