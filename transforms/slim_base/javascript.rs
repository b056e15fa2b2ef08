//! What npm, yarn and pnpm compile.
//!
//! Lockfiles: <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>, `hasInstallScript`.

use std::borrow::Cow;

use dockslim_contract::{BuildContext, ContextKind};
use serde_json::Value;

use super::needs::{Candidate, Needs};
use super::{Refusal, reasons};
use crate::facts::{BuildStage, Command, PackageCall, absolute};
use crate::knowledge::{
    BUILDERS_OF_ADDONS, COMPILED_ALONE, COMPILED_HERE, DRAWING_LETTERS, FullPackage,
    HARMLESS_SCRIPTS, NEEDY_PACKAGES, OF_SYSTEM_LIBRARIES, PLAIN_TOOLS, PROGRAMS_OF_PACKAGES,
    STARTING_PACKAGES, brings_libraries, draws_letters, without_version,
};

const LOCKFILES: [&str; 4] =
    ["npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"];

/// Looks at a call of npm, yarn or pnpm.
pub(super) fn look<'t>(
    candidate: Candidate<'_, '_>,
    command: &Command<'t>,
    call: &PackageCall<'_, Cow<'t, str>>,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let line = candidate.build.dockerfile.line(command.span.start);
    let name = call.manager.name.as_str();
    let unread = |what: &str| {
        Err((&reasons::UNREAD_INSTALL, format!("what {what} in line {line} brings is not known")))
    };
    // What only runs a script brings nothing, whatever stands behind it.
    let first = call.operands().next().and_then(|at| command.words[at].as_deref());
    let runs = matches!(first, Some("run" | "run-script" | "start" | "test"));
    if !runs && command.words.iter().any(Option::is_none) {
        return unread("a variable");
    }
    let operands: Vec<&str> =
        call.operands().filter_map(|at| command.words[at].as_deref()).collect();
    let (verb, packages) = match operands.as_slice() {
        [] if name == "yarn" => ("install", &[][..]),
        [] => return Ok(()),
        ["global", verb, rest @ ..] => (*verb, rest),
        [verb, rest @ ..] => (*verb, rest),
    };
    match verb {
        "install" | "i" | "ci" | "add" | "clean-install" | "isntall" => {}
        // The project becomes a package of all, as `npm install --global .` makes it (docs.npmjs.com, "npm link").
        "link" | "ln" if name == "npm" && packages.is_empty() => {}
        "cache" | "completion" | "config" | "get" | "help" | "list" | "ls" | "pack" | "prune"
        | "run" | "run-script" | "set" | "start" | "store" | "test" | "version" | "view"
        | "build" => return Ok(()),
        // yarn and pnpm run scripts by their names alone.
        _ if name != "npm" && is_script(candidate.facts.context, verb) => return Ok(()),
        _ => return unread(&format!("`{name} {verb}`")),
    }
    let (own, named): (Vec<&str>, Vec<&str>) = packages.iter().partition(|name| **name == ".");
    let allowed = if needs.depth > 0 && !is_told_to_link(candidate) {
        Allowed::CompiledAlone
    } else {
        Allowed::Nothing
    };
    for package in &named {
        tool(package, line, allowed, needs)?;
    }
    if named.is_empty() || !own.is_empty() {
        let Some(context) = candidate.facts.context else {
            return unread(&format!("`{name} {verb}`"));
        };
        project(context, line, allowed, needs)?;
    }
    Ok(())
}

/// Which packages may be compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// None: the image is to lose its compilers.
    Nothing,
    /// Those that are linked with the libraries of C and C++ alone, and come ready from another stage.
    CompiledAlone,
}

impl Allowed {
    fn has(self, name: &str) -> bool {
        self == Self::CompiledAlone && COMPILED_ALONE.contains(&name)
    }
}

/// Whether something tells packages to use libraries of the system in place of those whose sources they bring.
fn is_told_to_link(candidate: Candidate<'_, '_>) -> bool {
    let dockerfile = candidate.build.dockerfile;
    let tells = |text: &str| OF_SYSTEM_LIBRARIES.iter().any(|sign| text.contains(sign));
    let mut steps = candidate.build.stages.iter().flat_map(|stage| &stage.steps);
    let mut files = candidate.facts.context.into_iter().flat_map(BuildContext::entries);
    steps.any(|step| tells(&step.text(dockerfile)))
        || files.any(|(path, _)| {
            let text = || candidate.facts.context.and_then(|context| context.text(path));
            path.ends_with(".npmrc") && text().is_none_or(tells)
        })
}

/// Looks at what packages that a call installs start of the system: those that it names, those that a manifest or a lockfile of npm brings for
/// more than development, and all that call `ps`.
pub(super) fn starts<'t>(
    candidate: Candidate<'_, '_>,
    command: &Command<'t>,
    lacking: &[&'static FullPackage],
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let at = command.span.start;
    let words = command.words.iter().flatten();
    let mut names: Vec<(String, bool)> =
        words.map(|word| (without_version(word).to_owned(), true)).collect();
    let context = candidate.facts.context.into_iter();
    let files = context.flat_map(|context| {
        let own = context.entries().filter(|(path, _)| !path.contains("node_modules/"));
        own.filter_map(|(path, _)| Some((path.rsplit('/').next()?, context.text(path)?)))
    });
    let listed = files.filter(|(name, _)| *name == "package.json" || LOCKFILES.contains(name));
    for (_, text) in listed {
        let Ok(json) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
            let cut = |c: char| c.is_whitespace() || "@\"':/,".contains(c);
            names.extend(text.split(cut).map(|word| (word.to_owned(), false)));
            continue;
        };
        let tables = ["dependencies", "optionalDependencies", "devDependencies", "packages"];
        for table in tables {
            for (place, package) in json.get(table).and_then(Value::as_object).into_iter().flatten()
            {
                let own = place.rsplit("node_modules/").next().unwrap_or(place).to_owned();
                let of_dev = package.get("dev").and_then(Value::as_bool).unwrap_or_default();
                names.push((own, !of_dev && table != "devDependencies"));
            }
        }
    }
    // What goes again in its own stage calls nothing in this one, nor does what was never installed.
    let settled = settled(candidate.stage);
    let dockerfile = candidate.build.dockerfile;
    let mut steps = candidate.stage.steps.iter();
    let known = !settled.is_empty()
        || steps.any(|step| step.instruction.flag("from", dockerfile.source).is_some());
    let gone = match needs.depth {
        0 => known && !settled.iter().any(|one| one.develops),
        _ => go_again(&settled),
    };
    let letters = candidate.facts.context.is_some_and(draws_letters).then_some(DRAWING_LETTERS);
    for (name, package) in STARTING_PACKAGES.into_iter().chain(letters) {
        let small = package == "procps" && !gone;
        if !names.iter().any(|(one, runs)| one == name && (*runs || small)) {
            continue;
        }
        if package.is_empty() {
            let message = format!("{name} needs programs or libraries of the system");
            return Err((&reasons::COMPILED_PACKAGE, message));
        }
        for one in lacking.iter().filter(|one| one.name == package) {
            needs.add(one, at);
            if needs.depth > 0 {
                needs.carried.push(one);
            }
        }
    }
    Ok(())
}

/// What a call says that decides which packages there are.
struct Settled {
    /// The folder whose packages they are; `None` if it is not known.
    folder: Option<String>,
    /// Whether those for developers are among them.
    develops: bool,
    /// Whether it is the whole system that gets them.
    global: bool,
}

/// All such calls of a stage.
fn settled(stage: &BuildStage<'_>) -> Vec<Settled> {
    const ELSEWHERE: [&str; 7] =
        ["--cwd", "--dir", "--filter", "--prefix", "--workspace", "-C", "-w"];
    let mut found = Vec::new();
    for step in &stage.steps {
        let mut here = step.state.workdir.as_deref().and_then(|folder| absolute(folder, None));
        for command in step.content.commands() {
            if matches!(command.program_name(), Some("cd" | "pushd" | "popd")) {
                let certain = command.call.is_some_and(|call| !call.conditional && !call.in_child);
                let to = command.words.get(1).and_then(|word| word.as_deref());
                here = to.and_then(|to| absolute(to, here.as_deref())).filter(|_| certain);
            }
            let Some(call) = command.package_call() else { continue };
            if !call.settles_packages_of_node() {
                continue;
            }
            let words = || command.words.iter().flatten();
            let leads = |word: &str| ELSEWHERE.iter().any(|option| word.starts_with(option));
            found.push(Settled {
                folder: here.clone().filter(|_| !words().any(|word| leads(word))),
                develops: !call.leaves_development_out(),
                global: words().any(|word| matches!(&**word, "-g" | "--global" | "global")),
            });
        }
    }
    found
}

/// Whether the packages of each project go again that its developers alone use: the last call in its folder leaves them out.
fn go_again(settled: &[Settled]) -> bool {
    let own: Vec<&Settled> = settled.iter().filter(|one| !one.global).collect();
    let goes = |(number, one): (usize, &&Settled)| {
        let mut later = own[number + 1..].iter();
        let same = |other: &&&Settled| one.folder.is_some() && other.folder == one.folder;
        !one.develops || later.any(|other| same(&other) && !other.develops)
    };
    !own.is_empty() && own.iter().enumerate().all(goes)
}

/// Whether each package.json of the project that has scripts has one of this name.
fn is_script(context: Option<&BuildContext>, name: &str) -> bool {
    let Some(context) = context else { return false };
    let texts = context
        .entries()
        .filter(|(path, _)| path.rsplit('/').next() == Some("package.json"))
        .filter(|(path, _)| !path.split('/').any(|part| part == "node_modules"))
        .map(|(path, _)| context.text(path));
    let manifests = texts.map(|text| serde_json::from_str::<Value>(text?).ok());
    let mut found = false;
    for manifest in manifests {
        match manifest.as_ref().map(|manifest| manifest.get("scripts")) {
            Some(None) => {}
            Some(Some(scripts)) if scripts.get(name).is_some() => found = true,
            _ => return false,
        }
    }
    found
}

/// Looks at a call of npx: it runs a program of the project's packages, or fetches the one that it names.
pub(super) fn npx<'t>(
    candidate: Candidate<'_, '_>,
    command: &Command<'t>,
    call: &PackageCall<'_, Cow<'t, str>>,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let line = candidate.build.dockerfile.line(command.span.start);
    let unread = |what: &str| {
        Err((&reasons::UNREAD_INSTALL, format!("what {what} in line {line} brings is not known")))
    };
    let flags = ["-p", "--package", "-c", "--call"];
    let first = call.operands().next();
    let before = &command.words[call.program.end..first.unwrap_or(command.words.len())];
    let is = |word: &&Cow<'t, str>| flags.iter().any(|flag| word.starts_with(flag));
    if let Some(flag) = before.iter().flatten().find(is) {
        return unread(&format!("`npx {flag}`"));
    }
    let name = first.and_then(|at| command.words[at].as_deref());
    let Some(name) = name.filter(|_| before.iter().all(Option::is_some)) else {
        return unread("npx");
    };
    let package = PROGRAMS_OF_PACKAGES
        .iter()
        .find(|(program, _)| *program == name)
        .map_or(name, |(_, package)| package);
    let context = candidate.facts.context.into_iter();
    let manifests = context.flat_map(|context| {
        let files = context.entries().map(|(path, _)| path);
        let own = |path: &&str| {
            path.rsplit('/').next() == Some("package.json") && !path.contains("node_modules/")
        };
        files.filter(own).filter_map(|path| context.text(path))
    });
    let named = { manifests }.any(|text| {
        let json: Value = serde_json::from_str(text).unwrap_or_default();
        ["dependencies", "devDependencies"]
            .iter()
            .any(|table| json.get(table).is_some_and(|table| table.get(package).is_some()))
    });
    // What the project depends on is looked at where it is installed.
    if named {
        needy(package, Allowed::Nothing)
    } else {
        tool(package, line, Allowed::Nothing, needs)
    }
}

/// A package that a call names.
fn tool(package: &str, line: usize, allowed: Allowed, needs: &mut Needs) -> Result<(), Refusal> {
    if package.contains("://")
        || package.starts_with(['.', '/'])
        || package.contains("git") && package.contains(':')
    {
        return Err((&reasons::UNREAD_INSTALL, format!("line {line} installs {package}")));
    }
    let name = without_version(package);
    needy(name, allowed)?;
    if allowed == Allowed::Nothing && COMPILED_HERE.contains(&name) {
        return Err((&reasons::COMPILED_PACKAGE, format!("{name} compiles")));
    }
    if !PLAIN_TOOLS.contains(&name) {
        needs.note(format!("whether {name} comes without a compiler"));
    }
    Ok(())
}

fn needy(name: &str, allowed: Allowed) -> Result<(), Refusal> {
    let known = NEEDY_PACKAGES.contains(&name) || BUILDERS_OF_ADDONS.contains(&name);
    if known && !allowed.has(name) {
        return Err((
            &reasons::COMPILED_PACKAGE,
            format!("{name} compiles, or needs programs or libraries of the system"),
        ));
    }
    Ok(())
}

/// All manifests and lockfiles of the context, whichever of them the call reads.
pub(super) fn project(
    context: &BuildContext,
    line: usize,
    allowed: Allowed,
    needs: &mut Needs,
) -> Result<(), Refusal> {
    let files = |name: &'static str| {
        context.entries().filter(move |(path, entry)| {
            entry.kind == ContextKind::File
                && path.rsplit('/').next() == Some(name)
                && !path.contains("node_modules/")
        })
    };
    let text = |path: &str| {
        context
            .text(path)
            .ok_or_else(|| (&reasons::UNREAD_INSTALL, format!("{path} cannot be read")))
    };
    let mut manifests = 0;
    for (path, _) in files("package.json") {
        manifests += 1;
        let json: Value = serde_json::from_str(text(path)?.trim_start_matches('\u{feff}'))
            .map_err(|_| (&reasons::UNREAD_INSTALL, format!("{path} is not understood")))?;
        for table in ["dependencies", "devDependencies", "optionalDependencies"] {
            for (name, version) in json.get(table).and_then(Value::as_object).into_iter().flatten()
            {
                let version = version.as_str().unwrap_or_default();
                if !brings_libraries(name, version) {
                    needy(name, allowed)?;
                }
                if version.contains("git")
                    || version.contains("://")
                    || (version.contains('/')
                        && !version.starts_with("npm:")
                        && !version.starts_with("workspace:"))
                {
                    return Err((
                        &reasons::COMPILED_PACKAGE,
                        format!("{path} takes {name} from {version}"),
                    ));
                }
            }
        }
    }
    if manifests == 0 {
        return Err((
            &reasons::UNREAD_INSTALL,
            format!("the build context shows no package.json for line {line}"),
        ));
    }
    let mut locks: Vec<(&str, &str)> = Vec::new();
    for name in LOCKFILES {
        for (path, _) in files(name) {
            let text = text(path)?;
            lockfile(path, text, allowed)?;
            locks.push((path, text));
        }
    }
    let loose = |(manifest, _): &(&str, _)| {
        !locks.iter().any(|(path, text)| is_locked(manifest, path, text))
    };
    let mut alone = files("package.json").filter(loose).peekable();
    if alone.peek().is_some() {
        // A lockfile tells which packages compile; without one, their names do.
        let manifest = alone.find_map(|(path, _)| Some((path, compiles_here(text(path).ok()?)?)));
        if let Some((path, name)) = manifest.filter(|_| allowed == Allowed::Nothing) {
            let message = format!("{path} has {name}, which compiles");
            return Err((&reasons::COMPILED_PACKAGE, message));
        }
        needs.note("which packages package.json leads to without a lockfile".to_owned());
    }
    Ok(())
}

/// A package that a package.json asks for, and that an install compiles.
fn compiles_here(manifest: &str) -> Option<&'static str> {
    let json: Value = serde_json::from_str(manifest.trim_start_matches('\u{feff}')).ok()?;
    let tables = ["dependencies", "devDependencies", "optionalDependencies"];
    let asks = |name: &&str| {
        tables.iter().any(|table| json.get(table).is_some_and(|all| all.get(name).is_some()))
    };
    COMPILED_HERE.iter().copied().find(|name| asks(name))
}

/// Whether a lockfile holds a package.json: it lies beside it, or lists the folder among those of its workspace (npm, "package-lock.json",
/// `packages`; pnpm, `importers`).
fn is_locked(manifest: &str, lockfile: &str, text: &str) -> bool {
    let folder =
        |path: &str| path.rsplit_once('/').map_or(String::new(), |(it, _)| format!("{it}/"));
    let (manifest, here) = (folder(manifest), folder(lockfile));
    let Some(member) = manifest.strip_prefix(&here) else { return false };
    if lockfile.ends_with("pnpm-lock.yaml") && !member.is_empty() {
        return importers(text).any(|folder| folder == member.trim_end_matches('/'));
    }
    let lists = || {
        let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        json.get("packages")?.get(member.trim_end_matches('/')).map(drop)
    };
    member.is_empty() || lists().is_some()
}

/// The folders of a workspace that a lockfile of pnpm holds: keys of one table, in the versions 5.3 to 9 of the format.
fn importers(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().skip_while(|line| line.trim_end() != "importers:").skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
    lines.filter_map(|line| {
        let key = line.strip_prefix("  ").filter(|key| !key.starts_with(' '))?;
        let end = key.rfind(':')?;
        Some(key[..end].trim_matches(['"', '\'']))
    })
}

fn lockfile(path: &str, text: &str, allowed: Allowed) -> Result<(), Refusal> {
    let compiled = |name: &str| {
        Err((
            &reasons::COMPILED_PACKAGE,
            format!("{path} has {name}, whose install script may compile"),
        ))
    };
    let harmless = |name: &str, version: &str| {
        HARMLESS_SCRIPTS.contains(&name) || brings_libraries(name, version) || allowed.has(name)
    };
    if path.ends_with(".json") {
        let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|_| (&reasons::UNREAD_INSTALL, format!("{path} is not understood")))?;
        if let Some(packages) = json.get("packages").and_then(Value::as_object) {
            for (place, package) in packages {
                let name = place.rsplit_once("node_modules/").map_or("", |(_, name)| name);
                let script =
                    package.get("hasInstallScript").and_then(Value::as_bool).unwrap_or_default();
                let version = package.get("version").and_then(Value::as_str).unwrap_or_default();
                if script && !name.is_empty() && !harmless(name, version) {
                    return compiled(name);
                }
                let resolved = package.get("resolved").and_then(Value::as_str).unwrap_or_default();
                if resolved.starts_with("git") {
                    return Err((
                        &reasons::COMPILED_PACKAGE,
                        format!("{path} takes {name} from {resolved}"),
                    ));
                }
            }
            // Newer packages that only need libraries have no script.
            let needy = |name: &&&str| {
                let package = packages.get(&format!("node_modules/{name}"));
                let version = package.map(|package| package.get("version").and_then(Value::as_str));
                !allowed.has(name)
                    && version.is_some_and(|it| !brings_libraries(name, it.unwrap_or_default()))
            };
            return match NEEDY_PACKAGES.iter().find(needy) {
                Some(name) => compiled(name),
                None => Ok(()),
            };
        }
    }
    let fetched = ["git+", "git://", "git@", "codeload.github.com"];
    if let Some(sign) = fetched.iter().find(|sign| text.contains(**sign)) {
        let message = format!("{path} takes a package from a repository, by {sign}");
        return Err((&reasons::COMPILED_PACKAGE, message));
    }
    let lost = match allowed {
        Allowed::Nothing => BUILDERS_OF_ADDONS.iter().find(|name| names(text, name)).copied(),
        Allowed::CompiledAlone => addon(text),
    };
    let needy = NEEDY_PACKAGES.iter().chain(&COMPILED_HERE).filter(|name| !allowed.has(name));
    match lost.or_else(|| { needy }.find(|name| names(text, name)).copied()) {
        Some(name) => compiled(name),
        None => match with_scripts(text).find(|(name, version)| !harmless(name, version)) {
            Some((name, _)) => compiled(name),
            None => Ok(()),
        },
    }
}

/// The packages with scripts for installs in a lockfile of pnpm, and their versions (formats 5 and 6, `requiresBuild`; the keys are
/// `/name/1.0.0` and `/name@1.0.0`).
fn with_scripts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut key = "";
    text.lines().filter_map(move |line| {
        let inner = line.strip_prefix("  ")?;
        if !inner.starts_with(' ') {
            key = inner.trim_end().trim_end_matches(':').trim_matches(['"', '\'']);
        }
        (inner.trim() == "requiresBuild: true").then_some(())?;
        let whole = key.trim_start_matches('/');
        let version = |(at, c): &(usize, char)| {
            "/@".contains(*c) && whole[at + 1..].starts_with(|c: char| c.is_ascii_digit())
        };
        let end = whole.char_indices().skip(1).find(version).map(|(at, _)| at)?;
        Some((&whole[..end], &whole[end + 1..]))
    })
}

/// Whether a lockfile of yarn or pnpm names a package.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + name.len()..].chars().next();
        before.is_none_or(|c| "\"'/ \n".contains(c)) && behind.is_none_or(|c| "@\"':".contains(c))
    })
}

/// A package by which others compile that a lockfile of yarn or pnpm lists for one that is not known: its entries begin with their names, and
/// stand apart.
fn addon(text: &str) -> Option<&'static str> {
    let mut entries = text.split("\n\n");
    entries.find_map(|entry| {
        let (head, rest) = entry.trim_start_matches('\n').split_once('\n')?;
        let head = head.trim_start_matches([' ', '"', '\'', '/']);
        let end = head.char_indices().skip(1).find(|(_, c)| "@:\"'".contains(*c));
        let name = end.map_or(head, |(at, _)| &head[..at]);
        let known = COMPILED_ALONE.contains(&name) || BUILDERS_OF_ADDONS.contains(&name);
        let asks = |builder: &str| {
            rest.lines().any(|line| {
                let line = line.trim_start_matches([' ', '"', '\'']);
                line.strip_prefix(builder)
                    .is_some_and(|rest| rest.starts_with(['"', '\'', ' ', ':', '@']))
            })
        };
        let builder = BUILDERS_OF_ADDONS.iter().find(|builder| asks(builder));
        builder.filter(|_| !known).copied()
    })
}
