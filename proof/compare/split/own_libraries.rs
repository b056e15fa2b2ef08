//! Libraries of a project's own, which its programs find as the loader found them when they were built.
//!
//! Sources: ld.so(8), ldconfig(8); GNU ld, "-rpath"; CMake, "add_library"; Meson, "Build targets"; Libtool.

use super::cmake::called as called_in;
use super::runtime::Runtime;
use crate::program::{Action, visit};
use crate::shell::{Command, plain};

/// Signs of Makefiles that make a library.
const OF_MAKE: [&str; 4] = ["-shared", "LTLIBRARIES", ".so", "rpath"];

impl Runtime<'_, '_> {
    /// The rules of a build, or its command, by which it makes a library of its own.
    pub(super) fn makes_shared(&self) -> Option<String> {
        let mut shared = None;
        self.each_call(|words| {
            if words.iter().any(|word| word == "-shared" || word.contains("BUILD_SHARED_LIBS")) {
                shared = words.first().cloned();
            }
        });
        shared.or_else(|| {
            self.rules()
                .into_iter()
                .find(|(_, name, text)| made(name, text) != Made::Nothing)
                .map(|it| it.0)
        })
    }

    /// Whether the loader of the build has found these libraries where every start of the program finds them.
    pub(super) fn loads_own(&self) -> Result<(), String> {
        if let Some((path, ..)) =
            self.rules().iter().find(|(_, name, text)| made(name, text) == Made::Opened)
        {
            return Err(format!("{path} builds what a program opens by its name"));
        }
        if let Some(library) = self.opened_library() {
            return Err(format!("nothing is seen to link `{library}`, which a program may open"));
        }
        let mut called: Vec<String> = Vec::new();
        self.each_call(|words| called.push(words.join(" ")));
        let rules = self.rules();
        let mut texts = rules.iter().map(|(.., text)| text).chain(&called);
        let named = rules.iter().map(|(.., text)| text).chain(&called);
        if let Some(file) = { named }.find_map(|text| kept_path(text)) {
            return Err(format!("a program keeps the path `{file}` of a library"));
        }
        if let Some(folder) = texts.find_map(|text| searched(text)) {
            return Err(format!(
                "a library is looked for in `{folder}`, from wherever it is started"
            ));
        }
        const LEADS: [&str; 2] = ["LD_LIBRARY_PATH", "LD_PRELOAD"];
        let leads = |text: &str| LEADS.iter().any(|name| text.contains(name));
        let files = self.context.into_iter().flat_map(|context| context.entries());
        let files = files.filter(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let rules = has_rules(name);
            !rules
                && !name.starts_with("Dockerfile")
                && !name.starts_with(".git")
                && !name.ends_with(".md")
        });
        for (path, _) in files {
            let text = self.context.and_then(|context| context.text(path)).unwrap_or_default();
            if leads(text) {
                return Err(format!("{path} leads the loader elsewhere"));
            }
        }
        let configuration = &self.old.configuration;
        let started = configuration.starts().into_iter().flatten().any(&leads);
        let variables = &configuration.environment;
        let elsewhere = variables.contains_key(LEADS[1])
            || variables.get(LEADS[0]).is_some_and(|value| {
                value.split(':').any(|one| !one.starts_with('/') && !one.contains(LEADS[0]))
            });
        if started || elsewhere || called.iter().any(|text| leads(text)) {
            return Err("the loader is led to other libraries".to_owned());
        }
        Ok(())
    }

    /// A library that is built and that neither rules nor commands link: something may open it.
    fn opened_library(&self) -> Option<String> {
        let mut called: Vec<String> = Vec::new();
        self.each_call(|words| called.push(words.join(" ")));
        let rules = self.rules();
        let mut lists: Vec<&str> = Vec::new();
        let mut others: Vec<&str> = called.iter().map(String::as_str).collect();
        for (_, name, text) in &rules {
            if name == "CMakeLists.txt" { lists.push(text) } else { others.push(text) }
        }
        let calls: Vec<(String, Vec<String>)> =
            lists.iter().flat_map(|text| called_in(text)).collect();
        let always = lists.iter().chain(&others).any(|text| text.contains("BUILD_SHARED_LIBS"));
        for (_, words) in calls.iter().filter(|(name, _)| name == "add_library") {
            let [name, kinds @ ..] = words.as_slice() else { continue };
            let has = |kind: &str| kinds.iter().any(|word| word == kind);
            let fixed =
                ["ALIAS", "IMPORTED", "INTERFACE", "OBJECT", "STATIC"].iter().any(|it| has(it));
            let mut users = calls.iter().filter(|(name, _)| name == "target_link_libraries");
            let linked = users.any(|(_, words)| words.iter().skip(1).any(|word| word == name));
            if (has("SHARED") || always && !fixed) && !linked {
                return Some(name.clone());
            }
        }
        let meson =
            rules.iter().any(|(_, name, text)| name == "meson.build" && text.contains("library("));
        if meson && !rules.iter().any(|(.., text)| text.contains("link_with")) {
            return Some("library".to_owned());
        }
        let part = |c: char| c.is_alphanumeric() || "_.+-$%*{}@<^".contains(c);
        let words: Vec<&str> = others
            .iter()
            .flat_map(|text| text.split(|c| !part(c)))
            .filter(|it| !it.is_empty())
            .collect();
        let shared = |word: &&&str| word.ends_with(".so") || word.contains(".so.");
        words.iter().filter(shared).find_map(|file| {
            let stem = &file[..file.find(".so")?];
            let option = stem.strip_prefix("lib").map(|name| format!("-l{name}"));
            let known = stem.strip_prefix("lib").is_some_and(|name| {
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-+.".contains(c))
            });
            let linked = option.is_some_and(|option| words.contains(&option.as_str()));
            let named = format!("{stem}.so");
            let by_file = || others.iter().any(|text| makes_with(text, &named));
            (!known || !linked && !by_file()).then(|| (*file).to_owned())
        })
    }

    /// The folders that the loader's list of the build has, and that a base without one lacks; `None` where nobody knows them.
    pub(super) fn listed_folders(&self) -> Option<String> {
        let (mut calls, mut known) = (false, true);
        self.each_call(|words| {
            let program = words.first().map(String::as_str).unwrap_or_default();
            if program.ends_with("ldconfig") {
                calls = true;
                known &= words.len() == 1;
            }
            known &= !words.iter().any(|word| word.contains("ld.so.conf"));
        });
        let mut added: Vec<String> = Vec::new();
        visit(&self.old.steps, &mut |step| match &step.action {
            Action::Copy(copy) => known &= !copy.destination.contains("ld.so.conf"),
            Action::Call(call) if call.redirects.iter().any(|it| it.contains("ld.so.conf")) => {
                // One folder, by `echo`, in a list of its own.
                let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
                let list = call.redirects.first().and_then(|text| text.rsplit_once('>'));
                let own = list.is_some_and(|(_, list)| {
                    list.trim().starts_with("/etc/ld.so.conf.d/") && list.ends_with(".conf")
                });
                match words.as_slice() {
                    ["echo", folder] if own && folder.starts_with('/') => {
                        added.push((*folder).to_owned());
                    }
                    _ => known = false,
                }
            }
            _ => {}
        });
        // An install of packages makes the list anew, too.
        let mut texts: Vec<String> = self.rules().into_iter().map(|(.., text)| text).collect();
        let (mut by_machine, mut installs) = (false, false);
        self.each_call(|words| {
            by_machine |= words.first().is_some_and(|word| word == "meson");
            let verb = words.iter().any(|word| word.contains("install"));
            let program = words.first().map(String::as_str).unwrap_or_default();
            installs |= verb && ["cmake", "gmake", "make", "ninja"].contains(&program);
            texts.push(words.join(" "));
        });
        let has = |sign: &str| texts.iter().any(|text| text.contains(sign));
        by_machine |= has("-linux-gnu");
        let own = self.makes_shared().is_some() && (installs || has("/usr/local/lib"));
        calls |= own || has("ldconfig");
        if calls && (by_machine || !known) {
            return None;
        }
        let own = calls.then_some("/usr/local/lib");
        let added = added.iter().map(String::as_str).filter(|_| calls);
        let compiler = self.is_gcc().then_some("/usr/local/lib64");
        Some(own.into_iter().chain(added).chain(compiler).collect::<Vec<_>>().join(":"))
    }

    /// Hands each call of the old stage on by its words.
    fn each_call(&self, mut take: impl FnMut(&[String])) {
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                let words: Vec<String> = call.words.iter().map(ToString::to_string).collect();
                take(&words);
            }
        });
    }

    /// The files of rules by which the old stage builds, each with its path, its name and its text.
    fn rules(&self) -> Vec<(String, String, String)> {
        let mut builds = false;
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let program = Command::of(&call.words);
            builds |= ["cmake", "configure", "gmake", "make", "meson", "ninja"]
                .contains(&program.program());
        });
        let files = self.context.filter(|_| builds).into_iter().flat_map(|it| it.entries());
        let named = files.filter_map(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let rules = has_rules(name);
            let text = self.context.and_then(|context| context.text(path)).filter(|_| rules)?;
            Some((path.to_owned(), name.to_owned(), text.to_owned()))
        });
        named.collect()
    }
}

/// Whether a file has rules of a build, by its name.
fn has_rules(name: &str) -> bool {
    name == "CMakeLists.txt"
        || name == "meson.build"
        || name.contains("akefile")
        || name.ends_with(".mk")
}

/// Whether a rule of make, or a command, makes something but a library out of a file, which it names or needs.
fn makes_with(text: &str, file: &str) -> bool {
    let mut rules: Vec<(&str, Vec<&str>)> = vec![("", Vec::new())];
    for line in text.lines() {
        match line.strip_prefix('\t') {
            Some(recipe) => rules.last_mut().into_iter().for_each(|rule| rule.1.push(recipe)),
            None if line.contains(':') => rules.push((line, Vec::new())),
            None => rules.push(("", vec![line])),
        }
    }
    rules.iter().any(|(head, recipes)| {
        let needs = head.split_once(':').is_some_and(|(_, needs)| needs.contains(file));
        recipes.iter().filter(|recipe| !recipe.contains("-shared")).any(|recipe| {
            let output = recipe.contains("-o ") || recipe.contains("$@");
            let handed = recipe.contains("$^") || recipe.contains("$+");
            output && (recipe.contains(file) || needs && handed)
        })
    })
}

/// What rules make besides programs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    Nothing,
    /// A library that programs are linked with.
    Linked,
    /// One that they may open by its name, or a script in its place.
    Opened,
}

/// What rules make, by the words in them.
fn made(name: &str, text: &str) -> Made {
    let words = || text.split(|c: char| c.is_whitespace() || "()\"".contains(c));
    let any = |wanted: &[&str]| words().any(|word| wanted.contains(&word));
    let upper = |wanted: &str| words().any(|word| word.eq_ignore_ascii_case(wanted));
    let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    let (opened, linked) = match name {
        "CMakeLists.txt" => (upper("MODULE"), upper("SHARED") || upper("BUILD_SHARED_LIBS")),
        "meson.build" => {
            (any(&["shared_module"]), any(&["library", "shared_library", "both_libraries"]))
        }
        _ => (has(&["LTLIBRARIES", "libtool", "-module"]), has(&OF_MAKE)),
    };
    match (opened, linked) {
        (true, _) => Made::Opened,
        (false, true) => Made::Linked,
        (false, false) => Made::Nothing,
    }
}

/// The path of a library that a linker is handed from where it runs, where no library is given a name of its own.
fn kept_path(text: &str) -> Option<String> {
    let links = |line: &&str| {
        let compiler = |word: &str| {
            let bare = word.trim_matches(['$', '(', ')', '{', '}', '@']);
            ["CC", "CXX", "c++", "cc", "clang", "clang++", "g++", "gcc", "ld"].contains(&bare)
        };
        !line.contains("-shared") && line.split_whitespace().any(compiler)
    };
    if text.contains("-soname") {
        return None;
    }
    let path = |word: &&str| {
        word.ends_with(".so") && word[1..].contains('/') && !word.starts_with(['-', '/'])
    };
    text.lines()
        .filter(links)
        .find_map(|line| line.split_whitespace().find(path))
        .map(str::to_owned)
}

/// The folder behind an option or variable for searching that neither begins at the root nor at the program or the build.
fn searched(text: &str) -> Option<String> {
    const FIXED: &str = "$ORIGIN $$ORIGIN \\$ORIGIN ${ORIGIN} $(CURDIR) ${CURDIR} $(PWD) ${PWD} $PWD $(shell ${CMAKE_ ${PROJECT_ ON OFF TRUE FALSE";
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let lower = line.to_ascii_lowercase();
        for (at, sign) in lower.match_indices("rpath") {
            let rest = line.get(at + sign.len()..).unwrap_or_default();
            if rest.starts_with(['-', '_']) {
                continue;
            }
            let value = rest.trim_start_matches([' ', '\t', ',', '=', '\'', '"', '(', ')']);
            let value = value.trim_start_matches("-Wl,");
            let value = value.split([' ', ',', '\'', '"', '\t']).next().unwrap_or_default();
            let steady =
                value.starts_with('/') || FIXED.split(' ').any(|start| value.starts_with(start));
            if !value.is_empty() && !steady {
                return Some(value.to_owned());
            }
        }
    }
    None
}
