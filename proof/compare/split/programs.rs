//! Which programs a call of the Go compiler leaves, where it is given more than one package (`go help build`), and what cargo installs of a
//! folder (The Cargo Book, "cargo install").

use dockslim_contract::BuildContext;

use crate::program::Call;
use crate::shell::{Command, plain};

/// The names of all programs that a call makes and keeps, if it builds several packages at once; `None` if it does not.
pub(super) fn of_several(call: &Call<'_>, context: Option<&BuildContext>) -> Option<Vec<String>> {
    let command = Command::of(&call.words);
    let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
    if command.is("cargo") && words.contains(&"install") {
        return installed_by_cargo(&words, context);
    }
    let verb = words.iter().position(|word| matches!(*word, "build" | "install"))?;
    let keeps = words[verb] == "install" || words.iter().any(|word| word.starts_with("-o"));
    if !command.is("go") || !keeps {
        return None;
    }
    let mut packages = Vec::new();
    let mut rest = words[verb + 1..].iter();
    while let Some(word) = rest.next() {
        match *word {
            "-o" | "-ldflags" | "-tags" | "-mod" | "-p" | "-gcflags" => {
                rest.next();
            }
            word if word.starts_with('-') => {}
            word => packages.push(word),
        }
    }
    let all = packages.iter().find_map(|package| package.strip_suffix("..."));
    match all {
        Some(below) => Some(below_folder(below.trim_matches(['.', '/']), context)),
        None if packages.len() > 1 => {
            let named = packages.iter().map(|package| package.trim_end_matches('/'));
            let last = named.filter_map(|package| package.rsplit('/').next());
            Some(
                last.filter(|name| *name != "." && !name.ends_with(".go"))
                    .map(str::to_owned)
                    .collect(),
            )
        }
        None => None,
    }
}

/// The folders of the build context that hold a package main, by their names.
fn below_folder(below: &str, context: Option<&BuildContext>) -> Vec<String> {
    let mut found = Vec::new();
    // A folder with a go.mod below another one is a module of its own, which `...` does not enter.
    let manifests = context.into_iter().flat_map(BuildContext::entries);
    let mut modules: Vec<&str> =
        manifests.filter_map(|(path, _)| path.strip_suffix("go.mod")).collect();
    modules.sort_by_key(|folder| folder.len());
    for (path, _) in context.into_iter().flat_map(BuildContext::entries) {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let aside = folder
            .split('/')
            .any(|part| matches!(part, "testdata" | "vendor") || part.starts_with(['_', '.']));
        let own = format!("/{folder}/").contains(&format!("/{below}/")) || below.is_empty();
        let other = modules.iter().skip(1).any(|module| path.starts_with(module));
        if other
            || !file.ends_with(".go")
            || file.ends_with("_test.go")
            || aside
            || !own
            || folder.is_empty()
        {
            continue;
        }
        let text = context.and_then(|context| context.text(path)).unwrap_or_default();
        let main = text.lines().any(|line| line.trim() == "package main");
        // A file that only some systems or tags build is none of a package's own.
        let for_all = !text.contains("//go:build") && !text.contains("// +build");
        let name = folder.rsplit('/').next().unwrap_or(folder).to_owned();
        if main && for_all && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// The programs of the package in the folder that `--path` names, where it has more than one, as far as its manifest shows.
fn installed_by_cargo(words: &[&str], context: Option<&BuildContext>) -> Option<Vec<String>> {
    let behind = |flag: &str| -> Vec<&str> {
        let glued = words.iter().filter_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
        let apart = words.windows(2).filter(|two| two[0] == flag).map(|two| two[1]);
        glued.chain(apart).collect()
    };
    let chosen = behind("--bin");
    if !chosen.is_empty() {
        return Some(chosen.into_iter().map(str::to_owned).collect());
    }
    let folder = *behind("--path").first()?;
    let context = context?;
    let end = folder.trim_start_matches("./").trim_matches(['.', '/']);
    let mut manifests: Vec<&str> = context
        .entries()
        .filter_map(|(path, _)| path.strip_suffix("Cargo.toml"))
        .filter(|root| end.is_empty() || format!("/{root}").ends_with(&format!("/{end}/")))
        .collect();
    manifests.sort_by_key(|root| root.len());
    // A folder of the image may be that of the project itself.
    let root = manifests.first().copied().unwrap_or_default();
    let manifest: toml::Table = context.text(&format!("{root}Cargo.toml"))?.parse().ok()?;
    let own = manifest.get("package")?.get("name")?.as_str()?;
    let bins = manifest.get("bin").and_then(|bins| bins.as_array()).into_iter().flatten();
    let bins: Vec<&toml::Value> = bins.collect();
    let path =
        |bin: &&toml::Value| bin.get("path").and_then(|path| path.as_str()) == Some("src/main.rs");
    let sure = |bin: &&&toml::Value| bin.get("required-features").is_none();
    let mut names: Vec<String> = bins
        .iter()
        .filter(sure)
        .filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned()))
        .collect();
    if context.exists(&format!("{root}src/main.rs")) && !bins.iter().any(path) {
        names.push(own.to_owned());
    }
    // Each source in `src/bin`, and each folder there with a `main.rs`, is a program, unless the manifest gives it a name.
    let start = format!("{root}src/bin/");
    for (path, _) in context.entries() {
        let named = |bin: &&toml::Value| {
            let place = bin.get("path").and_then(|path| path.as_str());
            place.is_some_and(|place| path == format!("{root}{place}"))
        };
        let Some(file) = path.strip_prefix(&start).filter(|_| !bins.iter().any(named)) else {
            continue;
        };
        let program = file.strip_suffix("/main.rs").or_else(|| file.strip_suffix(".rs"));
        names.extend(program.filter(|it| !it.contains('/')).map(str::to_owned));
    }
    (!names.is_empty()).then_some(names)
}
