//! Which packages of an install only build, and which commands build.

use dockslim_syntax::{Dockerfile, Span};

use crate::facts::Command;
use crate::knowledge::{build_tool, builders, building_programs, keeps_compilers, program_names};

/// The tools that a call installs.
#[derive(Clone)]
pub(super) struct Tools {
    /// apt or apk.
    pub(super) manager: &'static str,
    /// All packages of the list with their places.
    pub(super) packages: Vec<(String, Span)>,
    /// The names of those that only build.
    pub(super) names: Vec<String>,
    /// The packages to which what they build may be linked.
    pub(super) run_time: Vec<&'static str>,
    /// The programs that go with them.
    pub(super) programs: Vec<String>,
    /// A word that is not known.
    pub(super) unknown: Option<String>,
    /// Another package of the list that needs a compiler.
    pub(super) keeper: Option<String>,
}

/// The tools of a call of apt or apk, if it installs any.
pub(super) fn tools_of(dockerfile: &Dockerfile<'_>, command: &Command<'_>) -> Option<Tools> {
    let call = command.package_call().filter(|_| is_install(command))?;
    let simple = command.call?.simple;
    let manager = if call.manager.name == "apk" { "apk" } else { "apt" };
    // aptitude has marks of its own habits.
    if command.program_name() == Some("aptitude") {
        return None;
    }
    let mut tools = Tools {
        manager,
        packages: Vec::new(),
        names: Vec::new(),
        run_time: Vec::new(),
        programs: Vec::new(),
        unknown: None,
        keeper: None,
    };
    let operands: Vec<usize> = call.operands().skip(1).collect();
    for (at, word) in simple.words.iter().enumerate().skip(call.program.end) {
        let text = command.raw_word(dockerfile, at);
        let name = package_name(&text);
        if command.words[at].is_none() && (text.starts_with(['$', '`']) || name.contains('$')) {
            tools.unknown.get_or_insert(text);
            continue;
        }
        if command.words[at].is_some() && !operands.contains(&at) {
            continue;
        }
        tools.packages.push((name.to_owned(), word.span));
        if keeps_compilers(manager, name) {
            tools.keeper.get_or_insert(name.to_owned());
        }
        let Some(row) = build_tool(manager, name) else { continue };
        if !tools.names.iter().any(|known| known == name) {
            tools.names.push(name.to_owned());
        }
        for package in &row.run_time {
            if !tools.run_time.contains(&package.as_str()) {
                tools.run_time.push(package);
            }
        }
        tools.programs.extend(row.programs.iter().cloned());
    }
    tools.run_time.sort_unstable();
    // Headers alone are no compiler, and hardly worth a removal.
    let compiles = tools.programs.iter().any(|program| matches!(&**program, "gcc" | "cargo"));
    compiles.then_some(tools)
}

/// Whether a command installs packages of the system.
pub(super) fn is_install(command: &Command<'_>) -> bool {
    command.package_call().is_some_and(|call| match &*call.manager.name {
        "apt" => call.is("install") || call.is("reinstall"),
        "apk" => call.is("add") || call.is("fix"),
        _ => false,
    })
}

/// Whether a command removes packages of the system, or marks some.
pub(super) fn is_removal(command: &Command<'_>) -> bool {
    let verbs: &[&str] = match command.package_call().map(|call| &*call.manager.name) {
        Some("apt") => &["remove", "purge", "autoremove", "auto-remove", "autopurge"],
        Some("apk") => &["del"],
        _ => &[],
    };
    let virtual_package =
        command.manager.is_some_and(|manager| manager.name == "apk")
            && command.words.iter().flatten().any(|word| {
                matches!(&**word, "-t" | "--virtual") || word.starts_with("--virtual=")
            });
    command.package_call().is_some_and(|call| verbs.iter().any(|verb| call.is(verb)))
        || virtual_package
        || matches!(command.program_name(), Some("apt-mark" | "dpkg" | "deborphan" | "aptitude"))
}

/// Whether a command updates packages, so that others may be needed no more.
pub(super) fn updates(command: &Command<'_>) -> bool {
    let verbs = ["upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade", "build-dep", "satisfy"];
    command
        .package_call()
        .is_some_and(|call| call.manager.name == "apt" && verbs.iter().any(|verb| call.is(verb)))
}

/// Whether an earlier command may have brought tools.
pub(super) fn may_bring_tools(
    dockerfile: &Dockerfile<'_>,
    command: &Command<'_>,
    manager: &str,
) -> bool {
    let own = |name: &str| if manager == "apk" { name == "apk" } else { name == "apt" };
    if !command.manager.is_some_and(|manager| own(&manager.name)) || !is_install(command) {
        return false;
    }
    (0..command.words.len()).any(|at| {
        let text = command.raw_word(dockerfile, at);
        let name = package_name(&text);
        text.starts_with('$')
            || build_tool(manager, name).is_some()
            || keeps_compilers(manager, name)
    })
}

/// Whether a command builds, or installs what may have to be built.
pub(super) fn builds(command: &Command<'_>) -> bool {
    const VERBS: &[&str] = &[
        "install", "i", "ci", "add", "rebuild", "wheel", "sync", "build", "update", "upgrade",
        "pristine", "get", "run", "test", "require",
    ];
    if let Some(call) = command.package_call() {
        let empty = call.operands().next().is_none();
        let bare = matches!(&*call.manager.name, "yarn" | "bundler" | "cpanm" | "cpan") && empty;
        let verb = VERBS.iter().any(|verb| call.is(verb) || call.is(&format!("global {verb}")));
        let nested = call
            .operands()
            .any(|at| command.words[at].as_deref().is_some_and(|word| VERBS.contains(&word)));
        return builders().contains(&call.manager.name)
            && (bare || verb || nested || call.manager.name.starts_with("cpan"));
    }
    let Some((at, word)) = command.program() else { return false };
    let is =
        |list: &[String]| program_names(word).any(|name| list.iter().any(|known| known == name));
    let python = program_names(word).any(|name| name == "python")
        && command.words.iter().skip(at + 1).flatten().any(|word| word.ends_with("setup.py"));
    let compiler = program_names(word)
        .any(|name| matches!(name, "make" | "gcc" | "g++" | "cc" | "c++" | "rustc"));
    is(building_programs()) || python || compiler
}

/// The name in `name=version`, `name~version`, `name/suite`, `name:architecture` and `name@repository`.
fn package_name(word: &str) -> &str {
    let end = word.find(['=', '/', ':', '~', '@', '<', '>']).unwrap_or(word.len());
    &word[..end]
}
