//! Projects of uv and poetry without a lockfile: what their lists name must be known not to compile.
//!
//! Sources: PEP 621, PEP 735; the documentation of poetry, "Dependency specification", and of uv, "Dependency sources".

use dockslim_contract::BuildContext;
use toml::Value;

use super::projects;
use super::uses::Uses;

impl Uses {
    /// What of an install without this lockfile may ask for a compiler, in words; `None` where the context has the lockfile.
    pub(super) fn of_list(
        &self,
        lock: &str,
        words: &[&str],
        context: Option<&BuildContext>,
    ) -> Option<Option<String>> {
        let context = context?;
        let base = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().to_owned();
        if context.entries().any(|(path, _)| base(path) == lock) {
            return None;
        }
        let unknown = || Some(Some(format!("what is installed without {lock} is not known")));
        let mut lists = context.entries().filter(|(path, _)| base(path) == "pyproject.toml");
        let (Some((path, _)), None) = (lists.next(), lists.next()) else { return unknown() };
        let Some(text) = context.text(path) else { return unknown() };
        let Ok(list) = toml::from_str::<toml::Table>(text) else { return unknown() };
        let list = Value::Table(list);
        let own =
            !words.iter().any(|word| word.starts_with("--no-install") || *word == "--no-root");
        let built = list.get("build-system").is_some() || text.contains("package = true");
        if let Some(problem) = projects::problem(".", Some(context)).filter(|_| own && built) {
            return Some(Some(problem));
        }
        let main = words.windows(2).any(|pair| matches!(pair, ["--only", "main"]))
            || words.iter().any(|word| matches!(*word, "--no-dev" | "--only=main"));
        let main = main && !text.contains("default-groups");
        let project = list.get("project");
        let poetry = list.get("tool").and_then(|tool| tool.get("poetry"));
        let left = project.and_then(|project| project.get("dynamic"));
        let left = left.is_some_and(|keys| keys.to_string().contains("dependencies"));
        let mut asked = Vec::new();
        let read = gather(&list, &mut Vec::new(), main, &mut asked).is_some();
        if !read || poetry.is_none() && (left || project.is_none()) {
            return unknown();
        }
        Some(asked.iter().find_map(|text| self.requirement(text)))
    }
}

/// The requirements below a table whose lists are called dependencies; `None` where one comes from elsewhere than an index.
fn gather<'v>(
    value: &'v Value,
    path: &mut Vec<&'v str>,
    main: bool,
    found: &mut Vec<String>,
) -> Option<()> {
    let has = |name: &str| path.contains(&name);
    if has("uv") && ["sources", "workspace"].iter().any(|key| has(key)) {
        return None;
    }
    let of_groups = ["dependency-groups", "dev-dependencies", "group"].iter().any(|name| has(name));
    if main && of_groups {
        return Some(());
    }
    let listed = path.last().is_some_and(|last| last.ends_with("dependencies"));
    match value {
        Value::Table(table) if listed && has("poetry") => {
            for (name, value) in table.iter().filter(|(name, _)| *name != "python") {
                let ways = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                for way in ways {
                    let elsewhere = ["file", "git", "path", "url"];
                    if elsewhere.iter().any(|key| way.get(key).is_some()) {
                        return None;
                    }
                    let extras = way.get("extras").map(ToString::to_string).unwrap_or_default();
                    found.push(format!("{name}{}", extras.replace(['"', ' '], "")));
                }
            }
        }
        Value::Table(table) => {
            for (name, value) in table {
                path.push(name);
                gather(value, path, main, found)?;
                path.pop();
            }
        }
        Value::Array(all) if listed || has("optional-dependencies") || of_groups => {
            for one in all.iter().filter(|one| one.get("include-group").is_none()) {
                found.push(one.as_str()?.to_owned());
            }
        }
        _ => {}
    }
    Some(())
}
