//! Node: the project with the packages that it needs to run, on the slim image of the same version.

mod managers;
mod npm;
mod wanted;

use dockslim_syntax::Keyword;
pub(super) use managers::is_global;
use npm::Asked;
use serde_json::Value;

use self::wanted::{Wanted, names_package};
use super::effects::{Effect, holds_others};
use super::interpreted::{Language, leaves_packages, plan};
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::dev_dependencies;
use crate::knowledge::{COMPILED_ALONE, Form, twin};

/// Tools that only develop: they compile when they start.
const DEVELOPMENT: &[&str] = &[
    "nodemon",
    "ts-node",
    "ts-node-dev",
    "tsx",
    "react-scripts",
    "vite",
    "ng",
    "vue-cli-service",
    "webpack",
    "webpack-dev-server",
    "parcel",
    "gatsby",
    "jest",
    "babel-node",
    "esbuild",
    "gulp",
    "grunt",
];

/// Plans the two stages of a server for Node; `None` if nothing is left behind.
pub(super) fn split(subject: &Subject<'_, '_>) -> Option<Result<Plan, Obstacle>> {
    let mut installs = subject.done.iter().filter(|done| managers::is_own(done));
    let folder = installs.next()?.folder.clone()?;
    let packages = subject.packages();
    let has = |name: &str| packages.iter().any(|package| package == name);
    // What others than the distribution bring holds npm, too.
    let distribution = subject.toolchain.name == "debian";
    if distribution && (!has("nodejs") || !has("npm")) {
        return None;
    }
    // Without what it recommends it still runs scripts.
    let asked = if distribution { npm::asked(subject) } else { Asked::Anything };
    if distribution && asked == Asked::Anything {
        return None;
    }
    let manifest = manifest(subject, &folder);
    let prune = manifest.as_ref().is_some_and(|manifest| can_prune(subject, manifest, &folder));
    let prune = prune && !managers::prunes(subject);
    // What compiles needs the full image, but not what it has made.
    let compiles = || {
        let full = !subject.image.contains("slim") && !subject.image.contains("alpine");
        full && names_package(subject, &COMPILED_ALONE, Wanted::ByAll).is_some()
    };
    let leaves = prune || leaves_packages(subject) || managers::takes_packages_away(subject);
    let leaves_npm =
        asked == Asked::Nothing || asked == Asked::Scripts && !subject.leaves_recommendations_out();
    if !leaves && !leaves_npm && !compiles() {
        return None;
    }
    Some(planned(subject, manifest.as_ref(), &folder, prune, asked))
}

fn planned(
    subject: &Subject<'_, '_>,
    manifest: Option<&Value>,
    folder: &str,
    prune: bool,
    asked: Asked,
) -> Result<Plan, Obstacle> {
    let starts = starts(subject, manifest);
    if let Some(tool) = starts.iter().find(|word| DEVELOPMENT.contains(&base_name(word))) {
        return Err((&reasons::RUNS_TOOLCHAIN, format!("`{tool}` compiles when it starts")));
    }
    if subject.done.iter().any(|done| matches!(done.effect, Effect::Packages(name) if !matches!(name, "npm" | "yarn" | "pnpm"))) {
        return Err(because(&reasons::LANGUAGES));
    }
    if holds_others(folder) {
        return Err(because(&reasons::UNKNOWN_FOLDER));
    }
    if managers::are_switched(subject) && managers::are_called(subject, &["yarn", "pnpm"]) {
        let message = "corepack brings the package manager that the container calls".to_owned();
        return Err((&reasons::RUNS_TOOLCHAIN, message));
    }
    let distribution = subject.toolchain.name == "debian";
    let base = match twin(subject.image, Form::Slim) {
        _ if distribution || subject.image.contains("alpine") => subject.image.to_owned(),
        Ok(twin) => twin.reference,
        Err(_) if subject.image.contains("slim") => subject.image.to_owned(),
        Err(problem) => return Err((&reasons::PACKAGES, problem.message().to_owned())),
    };
    if base != subject.image && manifest.is_none() {
        let message = "which packages the program asks for is not known, and so not what they need of the full image";
        return Err((&reasons::NO_CONTEXT, message.to_owned()));
    }
    if let Some(sign) = told_to_link(subject).filter(|_| base != subject.image) {
        let message = format!("`{sign}` lets packages be linked with libraries of the full image");
        return Err((&reasons::PACKAGES, message));
    }
    let wanted = if prune { Wanted::ToRun } else { Wanted::ByAll };
    if let Some(name) = wanted::needy(subject, wanted).filter(|_| base != subject.image) {
        let message =
            format!("`{name}` compiles, or needs programs or libraries of the full image");
        return Err((&reasons::PACKAGES, message));
    }
    if distribution && let Some((name, package)) = asks_what_npm_brings(subject, asked) {
        let message = format!("`{name}` starts what came with npm: {package}");
        return Err((&reasons::PACKAGES, message));
    }
    let mut language =
        Language { programs: &["node", "nodejs", "npm", "npx", "yarn"], ..Language::default() };
    if subject
        .done
        .iter()
        .any(|done| managers::is_global(done) && !managers::is_tool(subject, done))
    {
        managers::goes_to_its_place(subject)?;
        language.installed =
            vec!["/usr/local/lib/node_modules".to_owned(), "/usr/local/bin".to_owned()];
        if managers::by_yarn(subject) {
            language.installed.push(managers::OF_YARN.to_owned());
        }
        language.brings_programs = true;
    }
    if base != subject.image
        && names_package(subject, &["prisma", "@prisma/client"], Wanted::ByAll).is_some()
    {
        // Its engines are linked with it (Prisma, "System requirements").
        language.packages.push("openssl".to_owned());
    }
    if base != subject.image {
        for (_, package) in wanted::starting(subject, wanted) {
            // What calls others over a network asks for certificates, which the full image has.
            if matches!(package, "curl" | "git" | "python3") {
                language.packages.push("ca-certificates".to_owned());
            }
            language.packages.push(package.to_owned());
        }
    }
    if distribution {
        language.left = NPM;
    }
    if asked == Asked::Scripts {
        language.left = &[];
        language.bare = !subject.leaves_recommendations_out();
        language.packages.push("ca-certificates".to_owned());
    } else if compiles_with_python(subject) {
        language.left = if distribution { NPM_AND_PYTHON } else { PYTHON };
    }
    let global = !language.installed.is_empty();
    let mut plan = plan(subject, base, &language)?;
    if prune {
        let old = version(subject.image).is_some_and(|version| version < 16)
            || distribution && !matches!(subject.suite, Some("bookworm" | "trixie"));
        plan.added.push(match managers::of(subject) {
            // It asks before it removes what it has installed, but not there (pnpm.io/cli/install).
            Some("pnpm") => "CI=true pnpm prune --prod".to_owned(),
            Some("yarn") => managers::YARN_PRUNE.to_owned(),
            _ => {
                let own = if old { "--production" } else { "--omit=dev" };
                let settling = managers::settling(subject).unwrap_or_default();
                [&["npm prune", own], &settling[..]].concat().join(" ")
            }
        });
    }
    // The new base has them itself, beside what was installed.
    if global && subject.ends_as_root() && !managers::replace_node(subject) {
        plan.added.push("rm -rf /usr/local/bin/node /usr/local/lib/node_modules/npm".to_owned());
    }
    Ok(plan)
}

/// What brings npm to a distribution, and what it takes along to compile.
const NPM: &[&str] = &["npm", "node-gyp"];
const NPM_AND_PYTHON: &[&str] =
    &["npm", "node-gyp", "python", "python2", "python3", "python-is-python3", "python3-setuptools"];

/// A package of npm that starts what came along with the package of npm itself and was not asked for: git, which that only recommends, and
/// Python, for node-gyp (their own pages).
fn asks_what_npm_brings(
    subject: &Subject<'_, '_>,
    asked: Asked,
) -> Option<(&'static str, &'static str)> {
    const GIT: &[&str] = &["degit", "git-clone", "git-last-commit", "gitlog", "simple-git"];
    const PYTHON: &[&str] =
        &["python-shell", "pythonia", "youtube-dl-exec", "yt-dlp-wrap", "ytdlp-nodejs", "zerorpc"];
    let packages = subject.packages();
    let lacks = |name: &str| !packages.iter().any(|package| package == name);
    let git = names_package(subject, GIT, Wanted::ByAll).filter(|_| lacks("git"));
    let python = names_package(subject, PYTHON, Wanted::ByAll);
    let python = python.filter(|_| asked != Asked::Scripts && lacks("python3"));
    git.map(|name| (name, "git")).or(python.map(|name| (name, "python3")))
}

/// A sign that packages which bring the sources of their libraries are told to use those of the system (node-sqlite3, "Building for
/// sqlcipher" and "Custom builds"; sharp, "Custom libvips"; node-pre-gyp, `--build-from-source`).
fn told_to_link(subject: &Subject<'_, '_>) -> Option<&'static str> {
    const SIGNS: &[&str] = &[
        "build-from-source",
        "build_from_source",
        "--sqlite",
        "sqlite=",
        "config_sqlite",
        "FORCE_GLOBAL_LIBVIPS",
        "sqlite_libname",
    ];
    let dockerfile = subject.build.dockerfile;
    let mut texts: Vec<String> =
        subject.stage.steps.iter().map(|step| step.text(dockerfile).into_owned()).collect();
    let settings = subject.context.into_iter().flat_map(|context| {
        let files = context.entries().filter(|(path, _)| base_name(path) == ".npmrc");
        files.filter_map(|(path, _)| context.text(path))
    });
    texts.extend(settings.map(str::to_owned));
    SIGNS.iter().copied().find(|sign| texts.iter().any(|text| text.contains(*sign)))
}

/// The names of Python, by which node-gyp configures what it compiles (its README, "Installation").
const PYTHON: &[&str] =
    &["python", "python2", "python3", "python-is-python3", "py3-setuptools", "python3-setuptools"];

/// Whether Python came with the compilers of node-gyp, and nothing of the project speaks of it.
fn compiles_with_python(subject: &Subject<'_, '_>) -> bool {
    let packages = subject.packages();
    let has = |names: &[&str]| packages.iter().any(|package| names.contains(&package.as_str()));
    let compiles = has(&["make", "build-base", "build-essential"]);
    let started = subject.launch.commands.iter().flatten().flatten();
    let mut words =
        started.chain(packages.iter().filter(|package| !PYTHON.contains(&package.as_str())));
    let Some(context) = subject.context else { return false };
    let mut files = context.entries().filter(|(path, entry)| {
        entry.kind != dockslim_contract::ContextKind::Folder
            && !path.split('/').any(|part| part == "node_modules")
            && !matches!(
                base_name(path),
                "package-lock.json" | "yarn.lock" | "pnpm-lock.yaml" | ".dockerignore"
            )
            && !base_name(path).starts_with("Dockerfile")
            && !base_name(path).ends_with(".md")
    });
    compiles
        && !words.any(|word| word.contains("python"))
        && !files.any(|(path, _)| {
            path.ends_with(".py") || context.text(path).is_some_and(|text| text.contains("python"))
        })
}

/// The package.json of the folder that is installed in.
pub(super) fn manifest(subject: &Subject<'_, '_>, folder: &str) -> Option<Value> {
    let context = subject.context?;
    let place = format!("{folder}/package.json");
    let source = subject
        .copied
        .iter()
        .filter(|copied| copied.from_context)
        .flat_map(|copied| &copied.brings)
        .find_map(|one| {
            if one.place == place && !one.folder {
                return Some(one.source.clone());
            }
            let inside = one.folder && one.place == folder;
            let path = if one.source.is_empty() {
                "package.json".to_owned()
            } else {
                format!("{}/package.json", one.source)
            };
            (inside && context.exists(&path)).then_some(path)
        })?;
    serde_json::from_str(context.text(&source)?).ok()
}

/// What the container starts, and what the script behind `npm start` starts.
fn starts(subject: &Subject<'_, '_>, manifest: Option<&Value>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for command in &subject.launch.commands {
        let command: Vec<&str> = command.iter().flatten().map(String::as_str).collect();
        words.extend(command.iter().map(|word| (*word).to_owned()));
        // Behind an init such as tini, too.
        let manager = |word: &&str| matches!(*word, "npm" | "yarn" | "pnpm");
        let script = match &command[command.iter().position(manager).unwrap_or_default()..] {
            ["npm" | "yarn" | "pnpm", "run", name, ..] => name,
            ["npm" | "yarn" | "pnpm", name, ..] => name,
            _ => continue,
        };
        for name in [(*script).to_owned(), format!("pre{script}"), format!("post{script}")] {
            let text = manifest.and_then(|manifest| manifest.get("scripts")?.get(&name)?.as_str());
            words.extend(text.into_iter().flat_map(str::split_whitespace).map(str::to_owned));
        }
    }
    words
}

/// Whether all packages were installed by the user as whom the build ends, who can take them away again.
fn ends_as_who_installs(subject: &Subject<'_, '_>) -> bool {
    let steps = &subject.stage.steps;
    let runs = |kind: Keyword| matches!(kind, Keyword::Run | Keyword::Copy | Keyword::Add);
    let last = steps.iter().rev().find(|step| runs(step.instruction.kind));
    let last = last.and_then(|step| step.state.user.as_deref());
    let mut installs = subject.done.iter().filter(|done| managers::is_own(done));
    last.is_some() && installs.all(|done| steps[done.step].state.user.as_deref() == last)
}

/// Whether development dependencies can go: npm, pnpm or yarn installed them, and the container does without.
fn can_prune(subject: &Subject<'_, '_>, manifest: &Value, folder: &str) -> bool {
    let packages = manifest.get("devDependencies").and_then(Value::as_object);
    if packages.is_none_or(|all| all.is_empty()) {
        return false;
    }
    let by_one = match managers::of(subject) {
        Some("npm") => managers::settling(subject).is_some(),
        Some("pnpm") => managers::pnpm_prunes(subject, manifest),
        Some("yarn") => managers::yarn_prunes(subject, manifest),
        _ => false,
    };
    let mut installs = subject.done.iter().filter(|done| managers::is_own(done));
    let by_one = by_one
        && installs
            .all(|done| done.folder.as_deref() == Some(folder) && !managers::asks_by_name(done));
    let mut installs = subject.done.iter().filter(|done| managers::is_own(done));
    let bare = installs.any(|done| {
        let settings = subject
            .stage
            .steps
            .get(done.step)
            .map_or(&[][..], |step| step.state.settings.as_slice());
        let words: Vec<&str> = done.command.words.iter().flatten().map(|word| &**word).collect();
        let omits =
            ["--omit=dev", "--production", "--only=production", "--only=prod", "--production=true"];
        words.iter().any(|word| omits.contains(word))
            || words
                .windows(2)
                .any(|two| matches!(two, ["--omit", "dev"] | ["--only", "production" | "prod"]))
            || done.command.text(subject.build.dockerfile).contains("NODE_ENV=production")
            || settings.iter().any(|one| {
                one.name == "NODE_ENV"
                    && one
                        .value
                        .as_deref()
                        .is_some_and(|value| value.trim_matches(['"', '\'']) == "production")
            })
    });
    // They are not there.
    if bare {
        return false;
    }
    let root = subject.ends_as_root() || ends_as_who_installs(subject);
    let here = subject.folder.as_deref() == Some(folder);
    if !by_one || !root || !here || subject.for_development || manifest.get("workspaces").is_some()
    {
        return false;
    }
    container_does_without(subject, folder)
}

/// Whether the container does without what the install of the project brings for its developers.
fn container_does_without(subject: &Subject<'_, '_>, folder: &str) -> bool {
    let Some(done) = subject.done.iter().find(|done| managers::is_own(done)) else { return false };
    let commands = subject.stage.steps[done.step].content.commands();
    let index = commands.iter().position(|command| std::ptr::eq(command, done.command));
    index.is_some_and(|index| {
        let install = dev_dependencies::Install {
            context: subject.context,
            build: subject.build,
            file: None,
            stage: subject.stage,
            number: done.step,
            index,
        };
        dev_dependencies::container_does_without(install, folder).is_ok()
    })
}

/// `20` of `node:20-bookworm`.
fn version(image: &str) -> Option<u32> {
    let tag = image.split_once(':')?.1;
    tag.split(['.', '-']).next()?.parse().ok()
}
