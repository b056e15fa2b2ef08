//! mix: what it fetches is told by the program of a project, and by its settings, which are programs, too.
//!
//! <https://hexdocs.pm/mix/Mix.Tasks.Deps.html>, <https://hexdocs.pm/mix/Mix.Tasks.Loadconfig.html>

use dockslim_contract::ContextKind;

use super::super::folders::absolute;
use super::{Files, Install};
use crate::program::Text;
use crate::shell::plain;

/// What `mix deps.get` touches; `words` stand behind the task.
pub(super) fn fetched(words: &[Text<'_>], here: &str, files: &impl Files) -> Option<Install> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match plain(word)? {
            "--only" => {
                let _ = words.next()?;
            }
            "--check-locked" | "--force" | "--no-archives-check" => {}
            _ => return None,
        }
    }
    let folder = absolute(".", here, None)?;
    let at = |name: &str| format!("{}/{name}", folder.trim_end_matches('/'));
    let project = asks_nobody(&at("mix.exs"), files)?;
    let others = ["apps_path", "deps.get\"", "in_umbrella:", "loadconfig\"", "path:"];
    if others.iter().any(|sign| project.contains(sign)) {
        return None;
    }
    let mut install = Install { manifests: vec![at("mix.exs")], ..Install::default() };
    let lock = at("mix.lock");
    match files.exists(&lock) {
        false => install.writes.push(lock),
        true => {
            let locked = files.text(&lock)?;
            let body = project.split("deps do").nth(1).unwrap_or_default();
            let body = body.split("\n  end").next().unwrap_or_default();
            let mut names = body.split("{:").skip(1).map(|rest| {
                rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default()
            });
            names.all(|name| locked.contains(&format!("\"{name}\":"))).then_some(())?;
            install.manifests.push(lock);
        }
    }
    let settings = at("config/");
    for (place, kind) in files.places() {
        let inside = place.strip_prefix(&settings).is_some_and(|name| !name.contains('/'));
        if inside && kind != ContextKind::Folder && place.ends_with(".exs") {
            asks_nobody(&place, files)?;
            if !install.manifests.contains(&place) {
                install.manifests.push(place);
            }
        }
    }
    install.fills.extend([at("deps"), at("_build")]);
    Some(install)
}

/// A program that looks at no file but those that stand beside it as its settings.
fn asks_nobody(place: &str, files: &impl Files) -> Option<String> {
    const MODULES: &[&str] = &[
        ":file.",
        ":os.cmd",
        "Code.",
        "File.",
        "Mix.install",
        "Path.expand",
        "Path.wildcard",
        "System.cmd",
        "System.shell",
    ];
    let text: String = files
        .text(place)?
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    let far = text
        .lines()
        .filter(|line| line.contains("import_config"))
        .any(|line| line.contains(['/', '*']));
    (!far && !MODULES.iter().any(|module| text.contains(module))).then_some(text)
}

/// Whether a call of mix brings a tool of its own, and reads nothing of the project but what every task does.
pub(super) fn is_for_itself(words: &[Text<'_>]) -> bool {
    let words: Option<Vec<&str>> = words.iter().map(|word| plain(word)).collect();
    matches!(words.as_deref(), Some(["local.hex" | "local.rebar", rest @ ..]) if rest.iter().all(|word| matches!(*word, "--force" | "--if-missing")))
}
