//! Node: the project with the packages that it needs to run, on the slim image of the same version.

mod addons;
mod clients;
mod listed;
mod managers;
mod npm;
mod sharp;
mod wanted;

use dockslim_contract::BuildContext;
use dockslim_syntax::Keyword;
pub(super) use managers::is_global;
use npm::Asked;
use serde_json::Value;

use self::wanted::{Wanted, names_package};
use super::effects::{Done, Effect, holds_others};
use super::interpreted::{Language, leaves_packages, plan};
use super::launch::base_name;
use super::plan::Plan;
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use crate::dev_dependencies;
use crate::facts::{Build, BuildStage, Setting};
use crate::knowledge::{COMPILED_ALONE, Form, toolchain_of_image, twin};

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
    let folder = folder_of_program(subject)?;
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
    let going = manifest.as_ref().map(|manifest| development(subject, manifest, &folder));
    let clients = clients::built(subject, &folder);
    let prune = matches!(going, Some(Development::Goes)) && !managers::prunes(subject);
    // What compiles needs the full image, but not what it has made.
    let compiles = || {
        let full = !subject.image.contains("slim") && !subject.image.contains("alpine");
        full && names_package(subject, &COMPILED_ALONE, Wanted::ByAll).is_some()
    };
    let leaves = prune
        || leaves_packages(subject)
        || managers::takes_packages_away(subject)
        || !clients.is_empty();
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
    if base != subject.image {
        addons::link_known(subject)?;
    }
    if let Some(sign) = addons::told_to_link(subject).filter(|_| base != subject.image) {
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
        language.left = NPM.to_vec();
    }
    if asked == Asked::Scripts {
        language.left.clear();
        language.bare = !subject.leaves_recommendations_out();
        language.packages.push("ca-certificates".to_owned());
    } else if compiles_with_python(subject) {
        language.left = if distribution { NPM_AND_PYTHON } else { PYTHON }.to_vec();
    }
    if base != subject.image && sharp::brings_its_libvips(subject) {
        if subject.packages().iter().any(|name| name == sharp::HEADERS) {
            language.packages.push(sharp::FONTS.to_owned());
        }
        language.left.push(sharp::HEADERS);
    }
    let global = !language.installed.is_empty();
    let mut plan = plan(subject, base, &language)?;
    if prune {
        plan.added.push(taking_away(subject));
    }
    plan.added.extend(cache_of_next(subject, manifest, folder));
    for client in clients::built(subject, folder) {
        plan.added.push(format!("rm -rf {client}/node_modules"));
    }
    // The new base has them itself, beside what was installed.
    if global && subject.ends_as_root() && !managers::replace_node(subject) {
        plan.added.push("rm -rf /usr/local/bin/node /usr/local/lib/node_modules/npm".to_owned());
    }
    Ok(plan)
}

/// The folder of the program whose packages are installed: that in which the container starts, or else the first one.
fn folder_of_program(subject: &Subject<'_, '_>) -> Option<String> {
    let installs = subject.done.iter().filter(|done| managers::is_own(done));
    let folders: Vec<_> = installs.map(|done| done.folder.as_deref()).collect();
    let own = subject.folder.as_deref().filter(|own| folders.contains(&Some(*own)));
    own.or(folders.first().copied()?).map(str::to_owned)
}

/// What takes away that webpack keeps for the next build of Next.js, which no server reads; what lies beside it in its cache, data and pictures, one may
/// (Next.js documentation, "Continuous Integration (CI) Build Caching", "Self-Hosting").
fn cache_of_next(
    subject: &Subject<'_, '_>,
    manifest: Option<&Value>,
    folder: &str,
) -> Option<String> {
    let manifest = manifest?;
    let asked = |table: &str| manifest.get(table).is_some_and(|all| all.get("next").is_some());
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let mut scripts = scripts.into_iter().flat_map(|all| all.values()).filter_map(Value::as_str);
    let mut commands = subject.done.iter().map(|done| done.command);
    let builds = scripts.any(|text| text.contains("next build"))
        && commands
            .any(|command| command.words.iter().flatten().any(|word| word.contains("build")));
    let context = subject.context?;
    let spoken = context.entries().any(|(path, _)| {
        let says = |text: &str| ["distDir", "cache/webpack"].iter().any(|it| text.contains(it));
        path.contains(".next/") || context.text(path).is_some_and(says)
    });
    let mut words = subject.done.iter().flat_map(|done| done.command.words.iter().flatten());
    let root = subject.ends_as_root() || ends_as_who_installs(subject);
    let kept = !spoken && !words.any(|word| word.contains(".next"));
    let own = (asked("dependencies") || asked("devDependencies")) && builds;
    (own && kept && root).then(|| format!("rm -rf {folder}/.next/cache/webpack"))
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
    serde_json::from_str(subject.context?.text(&source_of_manifest(subject, folder)?)?).ok()
}

/// Its path in the context.
fn source_of_manifest(subject: &Subject<'_, '_>, folder: &str) -> Option<String> {
    let context = subject.context?;
    let place = format!("{folder}/package.json");
    subject
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
        })
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

/// What becomes of development dependencies.
enum Development {
    /// There are none, or they were never installed, or those who develop need them.
    Nothing,
    /// npm, pnpm or yarn can take them away, and the container does without.
    Goes,
    /// They stay, and why.
    Stays(String),
}

fn development(subject: &Subject<'_, '_>, manifest: &Value, folder: &str) -> Development {
    let packages = manifest.get("devDependencies").and_then(Value::as_object);
    if packages.is_none_or(|all| all.is_empty()) || subject.for_development || is_bare(subject) {
        return Development::Nothing;
    }
    let found = can_take_away(subject, manifest, folder)
        .and_then(|()| container_does_without(subject, folder));
    match found {
        Ok(()) => Development::Goes,
        Err(why) => Development::Stays(format!("development dependencies stay: {why}")),
    }
}

/// Why development dependencies stay, where nothing else is left behind either.
pub(super) fn stay(subject: &Subject<'_, '_>) -> Option<Obstacle> {
    let folder = folder_of_program(subject)?;
    if let Some(client) = clients::kept(subject, &folder) {
        let message = format!(
            "packages of `{client}` stay: the program in `{folder}` may do more with it than serve what was built there"
        );
        return Some((&reasons::DEVELOPMENT, message));
    }
    let manifest = manifest(subject, &folder)?;
    match development(subject, &manifest, &folder) {
        Development::Stays(why) if !managers::prunes(subject) => Some((&reasons::DEVELOPMENT, why)),
        _ => None,
    }
}

/// Whether a stage installs development dependencies that a manifest of the context lists.
pub(super) fn develops(stage: &BuildStage<'_>, context: Option<&BuildContext>) -> bool {
    let mut manifests = context
        .into_iter()
        .flat_map(BuildContext::entries)
        .filter(|(path, _)| base_name(path) == "package.json" && !path.contains("node_modules/"));
    let lists = manifests.any(|(path, _)| {
        let text = context.and_then(|context| context.text(path)).unwrap_or_default();
        let table = serde_json::from_str::<Value>(text).unwrap_or_default();
        table["devDependencies"].as_object().is_some_and(|all| !all.is_empty())
    });
    lists
        && stage.steps.iter().any(|step| {
            let mut settings = step.state.settings.iter();
            let production = settings.any(|one| one.name == "NODE_ENV" && is_production(one));
            let mut commands = step.content.commands().iter();
            !production
                && commands.any(|command| {
                    let call = command.package_call();
                    let known = |name: &str| matches!(name, "npm" | "yarn" | "pnpm");
                    let words: Vec<&str> =
                        command.words.iter().flatten().map(|word| &**word).collect();
                    call.is_some_and(|call| known(&call.manager.name))
                        && words.iter().any(|word| matches!(*word, "ci" | "i" | "install"))
                        && !words.iter().any(|word| {
                            word.contains("prod") || word.contains("omit") || *word == "-g"
                        })
                })
        })
}

/// The command that takes development dependencies away again behind all steps of a stage that installs in `folder`; `None` if its manager cannot.
pub(crate) fn taken_away_behind(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    context: Option<&BuildContext>,
    folder: &str,
) -> Option<String> {
    let image = stage.image.as_deref()?;
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let toolchain = toolchain_of_image(image).filter(|row| row.name == "node")?;
    let subject = Subject::of(build, stage, context, image, toolchain).ok()?;
    let manifest = manifest(&subject, folder)?;
    let packages = manifest.get("devDependencies").and_then(Value::as_object);
    let there = packages.is_some_and(|all| !all.is_empty()) && !is_bare(&subject);
    let can =
        there && can_take_away(&subject, &manifest, folder).is_ok() && !managers::prunes(&subject);
    can.then(|| taking_away(&subject))
}

/// How its manager is told to take development dependencies away again.
fn taking_away(subject: &Subject<'_, '_>) -> String {
    let old = version(subject.image).is_some_and(|version| version < 16)
        || subject.toolchain.name == "debian"
            && !matches!(subject.suite, Some("bookworm" | "trixie"));
    match managers::of(subject) {
        // It asks before it removes what it has installed, but not there (pnpm.io/cli/install).
        Some("pnpm") => "CI=true pnpm prune --prod".to_owned(),
        Some("yarn") => managers::YARN_PRUNE.to_owned(),
        _ => {
            let own = if old { "--production" } else { "--omit=dev" };
            let settling = managers::settling(subject).unwrap_or_default();
            [&["npm prune", own], &settling[..]].concat().join(" ")
        }
    }
}

/// Whether the manager that installed in `folder` can take development dependencies away again.
fn can_take_away(subject: &Subject<'_, '_>, manifest: &Value, folder: &str) -> Result<(), String> {
    let because = |why: &str| Err(why.to_owned());
    let mut installs = subject.done.iter().filter(|done| managers::is_own(done));
    if !installs.all(|done| done.folder.as_deref() == Some(folder)) {
        return because("packages are installed in more than one folder");
    }
    let can = match managers::of(subject) {
        Some("npm") => managers::settling(subject).is_some(),
        Some("pnpm") => managers::pnpm_prunes(subject, manifest),
        Some("yarn") => managers::yarn_prunes(subject, manifest),
        _ => return because("more than one manager installs them"),
    };
    if !can {
        let name = managers::of(subject).unwrap_or_default();
        return Err(format!("{name} is not known to take them away as it installed them"));
    }
    let mut installs = subject.done.iter().filter(|done| managers::is_own(done));
    if installs.any(managers::asks_by_name) {
        return because(
            "packages are installed by their names, of which the manifest may not know",
        );
    }
    if let Some(name) = managers::late_lockfile(subject, folder) {
        return Err(format!("{name} comes behind the install, which has not seen it"));
    }
    if let Some(path) = subject.context.and_then(managers::writes_by_settings) {
        return Err(format!("{path} has a tool write among the packages"));
    }
    if managers::hooks_run_files(manifest) {
        return because(
            "a script around the install runs a file, which may put something among the packages",
        );
    }
    if managers::adds_packages(manifest) {
        return because("a script of package.json may add packages of which it does not know");
    }
    if !subject.ends_as_root() && !ends_as_who_installs(subject) {
        return because("the build ends as another user than the one who installs them");
    }
    if subject.folder.as_deref() != Some(folder) {
        return because("the build ends in another folder than that of package.json");
    }
    match manifest.get("workspaces") {
        Some(_) => because("the project has workspaces"),
        None => Ok(()),
    }
}

/// Whether an install leaves development dependencies out, so that they are not there.
fn is_bare(subject: &Subject<'_, '_>) -> bool {
    let mut installs = subject.done.iter().filter(|done| managers::is_own(done));
    installs.any(|done| {
        let settings = subject
            .stage
            .steps
            .get(done.step)
            .map_or(&[][..], |step| step.state.settings.as_slice());
        let production =
            done.command.text(subject.build.dockerfile).contains("NODE_ENV=production")
                || settings.iter().any(|one| one.name == "NODE_ENV" && is_production(one));
        let decides = production && managers::installs(done) && !managers::asks_to_develop(done);
        done.command.package_call().is_some_and(|call| call.leaves_development_out()) || decides
    })
}

fn is_production(setting: &Setting<'_>) -> bool {
    let value = setting.value.as_deref();
    value.is_some_and(|value| value.trim_matches(['"', '\'']) == "production")
}

/// Whether the container does without what the install of the project brings for its developers; the error says who does not.
fn container_does_without(subject: &Subject<'_, '_>, folder: &str) -> Result<(), String> {
    let unknown = || "nothing installs them".to_owned();
    let own =
        |done: &&Done<'_, '_>| managers::is_own(done) && done.folder.as_deref() == Some(folder);
    let done = subject.done.iter().find(own).ok_or_else(unknown)?;
    let commands = subject.stage.steps[done.step].content.commands();
    let index = commands.iter().position(|command| std::ptr::eq(command, done.command));
    let install = dev_dependencies::Install {
        context: subject.context,
        build: subject.build,
        file: None,
        stage: subject.stage,
        number: done.step,
        index: index.ok_or_else(unknown)?,
    };
    dev_dependencies::container_does_without(install, folder).map_err(|(_, why)| why)
}

/// `20` of `node:20-bookworm`.
fn version(image: &str) -> Option<u32> {
    let tag = image.split_once(':')?.1;
    tag.split(['.', '-']).next()?.parse().ok()
}
