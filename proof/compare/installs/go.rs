//! Go: the modules that a go.mod names.
//!
//! <https://go.dev/ref/mod>

use super::super::folders::is_within;
use super::{Files, Install};

/// What `go mod download` touches; `words` stand behind it.
pub(super) fn download(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let plain = words.iter().all(|word| matches!(*word, "-x" | "-json"));
    if !plain || !takes_modules(files) {
        return None;
    }
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    // https://go.dev/ref/mod#workspaces: it is looked for in each folder up to the root.
    let above = std::iter::successors(Some(here), |path| {
        path.rsplit_once('/').map(|(above, _)| above).filter(|_| *path != "/" && !path.is_empty())
    });
    let workspace = above
        .map(|folder| format!("{}/go.work", folder.trim_end_matches('/')))
        .any(|place| files.exists(&place));
    if workspace || files.exists(&at("vendor")) {
        return None;
    }
    let (module, sums) = (at("go.mod"), at("go.sum"));
    let needed = needed(files.text(&module)?)?;
    let sums_text = files.text(&sums)?;
    // With sums for all that it names it writes none.
    let summed = |(path, version): &(String, String)| {
        let line = |start: String| sums_text.lines().any(|line| line.starts_with(&start));
        line(format!("{path} {version} h1:")) && line(format!("{path} {version}/go.mod h1:"))
    };
    if !needed.iter().all(summed) {
        return None;
    }
    let mut fills = vec!["/go/pkg/mod".to_owned(), "/root/go/pkg/mod".to_owned()];
    fills.extend(files.variable("GOMODCACHE").map(str::to_owned));
    fills.extend(files.variable("GOPATH").map(|path| format!("{path}/pkg/mod")));
    let known =
        fills.iter().all(|path| path.starts_with('/') && !path.contains(['\u{2}', '$', ':']));
    (known && !fills.iter().any(|path| is_within(here, path))).then(|| Install {
        manifests: vec![module, sums],
        fills,
        ..Install::default()
    })
}

/// Whether variables leave it in the mode for modules, with the file and the modules that it takes by itself.
fn takes_modules(files: &impl Files) -> bool {
    let flags = files.variable("GOFLAGS").unwrap_or_default();
    let harmless = |flag: &str| {
        let name = flag.split('=').next().unwrap_or_default();
        matches!(name, "-v" | "-x" | "-p" | "-trimpath" | "-tags" | "-ldflags" | "-buildvcs")
            || flag == "-mod=readonly"
    };
    flags.split_whitespace().all(harmless)
        && files.variable("GO111MODULE").is_none_or(|mode| mode == "on")
        && files.variable("GOWORK").is_none_or(|file| file == "off")
        && files.variable("GOPROXY").is_none_or(|proxy| !proxy.contains("file:") && proxy != "off")
}

/// The modules that a go.mod needs, with their versions; `None` if it takes one from a folder, or is from before 1.17, when it
/// did not name all of them.
fn needed(text: &str) -> Option<Vec<(String, String)>> {
    let mut needed: Vec<(String, String)> = Vec::new();
    let mut instead: Vec<Vec<String>> = Vec::new();
    let mut new_enough = false;
    let mut open = String::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let mut words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if line.contains(['"', '`']) {
            return None;
        }
        match words.first().map(String::as_str) {
            None => continue,
            Some(")") => {
                open.clear();
                continue;
            }
            _ if !open.is_empty() => words.insert(0, open.clone()),
            _ => {}
        }
        if words.last().is_some_and(|word| word == "(") {
            open = words.swap_remove(0);
            continue;
        }
        match words[0].as_str() {
            "require" if words.len() == 3 => needed.push((words[1].clone(), words[2].clone())),
            "replace" => instead.push(words),
            "go" => {
                let mut numbers = words.get(1)?.split('.').map(|part| part.parse::<u32>().ok());
                new_enough = (numbers.next()??, numbers.next()??) >= (1, 17);
            }
            "module" | "toolchain" | "exclude" | "retract" | "tool" | "godebug" | "ignore" => {}
            _ => return None,
        }
    }
    for words in instead {
        let arrow = words.iter().position(|word| word == "=>")?;
        // A folder has no version.
        let [path, version] = &words[arrow + 1..] else { return None };
        for need in &mut needed {
            let old = &words[1..arrow];
            if old.first() == Some(&need.0) && old.get(1).is_none_or(|version| *version == need.1) {
                *need = (path.clone(), version.clone());
            }
        }
    }
    (new_enough && !needed.is_empty()).then_some(needed)
}
