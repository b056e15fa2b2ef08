//! Which programs a call of the Go compiler leaves, where it is given more than one package (`go help build`).

use dockslim_contract::BuildContext;

use crate::program::Call;
use crate::shell::{Command, plain};

/// The names of all programs that a call makes and keeps, if it builds several packages at once; `None` if it does not.
pub(super) fn of_several(call: &Call<'_>, context: Option<&BuildContext>) -> Option<Vec<String>> {
    let command = Command::of(&call.words);
    let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
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
