//! What `mix deps.get` reads of a project: mix.exs, mix.lock, and the settings in `config`, which mix loads in front of any task.
//!
//! <https://hexdocs.pm/mix/Mix.Tasks.Deps.Get.html>, <https://hexdocs.pm/mix/Mix.Tasks.Deps.html>,
//! <https://hexdocs.pm/mix/Mix.Tasks.Loadconfig.html>

use super::because;
use super::project::{Project, Reads};
use super::reasons;
use super::toolchains::Call;
use crate::facts::{below, parent};
use crate::pass::Refusal;

/// What a program in Elixir says where it asks for files, or for what other programs know.
const ASKS: [&str; 10] = [
    "File.",
    "Path.wildcard",
    "Path.expand",
    "Code.",
    "System.cmd",
    "System.shell",
    ":os.cmd",
    ":file.",
    "Mix.install",
    "apps_path",
];

/// What a download in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<Reads, Refusal> {
    let mut words = call.words.iter().skip(1);
    while let Some(word) = words.next() {
        match word.text {
            Some("--force" | "--check-locked" | "--no-archives-check") => {}
            // The environment may stand in a variable: its settings are copied, whichever it is.
            Some("--only") if words.next().is_some() => {}
            _ => {
                let message = format!("what `{}` lets mix read is not known", word.shown());
                return Err((&reasons::UNREAD_CALL, message));
            }
        }
    }
    let manifest = below(folder, "mix.exs");
    let text = program(project, &manifest)?;
    if ["path:", "in_umbrella:"].iter().any(|sign| text.contains(sign)) {
        let message = "mix.exs takes a dependency from the project".to_owned();
        return Err((&reasons::LOCAL_DEPENDENCY, message));
    }
    if text.contains("deps.get\"") || text.contains("loadconfig\"") {
        let message = "mix.exs gives the task another meaning".to_owned();
        return Err((&reasons::SCRIPTS, message));
    }
    let mut reads = Reads::default();
    let lock = below(folder, "mix.lock");
    if project.exists(&lock) {
        let locked = project.text(&lock)?;
        let lacks = |name: &&&str| !locked.contains(&format!("\"{name}\":"));
        if let Some(name) = dependencies(&text).iter().find(lacks) {
            let message = format!("mix.lock lacks `{name}`: `mix deps.get` writes it");
            return Err((&reasons::LOCKFILE, message));
        }
        reads.manifests.push(lock);
    } else {
        reads.writes.push(lock);
    }
    reads.manifests.insert(0, manifest);
    let config = below(folder, "config");
    for (place, _) in project.places() {
        if parent(&place) == config && place.ends_with(".exs") {
            program(project, &place)?;
            reads.manifests.push(place);
        }
    }
    project.stands_alone(folder, &[".formatter.exs", ".tool-versions"])?;
    reads.fills.extend([below(folder, "deps"), below(folder, "_build")]);
    Ok(reads)
}

/// The text of a program that asks for no file, without its comments.
fn program(project: &Project<'_, '_>, place: &str) -> Result<String, Refusal> {
    let lines = project.text(place)?.lines();
    let text: Vec<&str> = lines.filter(|line| !line.trim_start().starts_with('#')).collect();
    let text = text.join("\n");
    if let Some(sign) = ASKS.iter().find(|sign| text.contains(**sign)) {
        let message = format!("`{place}` is a program, and may read files by `{sign}`");
        return Err((&reasons::READS_MORE, message));
    }
    let imports = text.split("import_config").skip(1).map(|rest| rest.lines().next());
    let beside = |line: Option<&str>| line.is_some_and(|line| !line.contains(['/', '*']));
    if !imports.into_iter().all(beside) {
        return Err(because(&reasons::READS_MORE));
    }
    Ok(text)
}

/// The names of what a mix.exs depends on: `{:name, …}` behind `defp deps`.
fn dependencies(text: &str) -> Vec<&str> {
    let Some((_, behind)) = text.split_once("deps do") else { return Vec::new() };
    let inside = behind.split("\n  end").next().unwrap_or_default();
    let names = inside.split("{:").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_found() {
        let text = "  defp deps do\n    [\n      {:plug, \"~> 1.0\"},\n      {:ecto_sql, \"~> 3.0\"}\n    ]\n  end\n";
        assert_eq!(dependencies(text), ["plug", "ecto_sql"]);
        assert!(dependencies("def project do [] end").is_empty());
    }
}
