//! What uv and poetry take where there is no lockfile: what the project asks for.
//!
//! <https://docs.astral.sh/uv/concepts/projects/dependencies/>, <https://python-poetry.org/docs/dependency-specification/>,
//! <https://peps.python.org/pep-0735/>

use toml::{Table, Value};

use super::locks::Choice;
use super::markers::may_be_python;

/// What a `pyproject.toml` asks for.
#[derive(Default)]
pub(super) struct Asked {
    /// Requirements, as pip writes them.
    pub(super) requirements: Vec<String>,
    /// The versions of Python that the project is for.
    pub(super) python: Option<String>,
    /// Whether it says how it is built.
    pub(super) built: bool,
}

/// Settings of uv by which packages come from elsewhere, or in other versions than the lists say.
const OF_UV: [&str; 4] =
    ["build-constraint-dependencies", "override-dependencies", "sources", "workspace"];

/// Reads a `pyproject.toml`; `Err` with what of it is not followed.
pub(super) fn asked(text: &str, choice: Choice<'_>) -> Result<Asked, String> {
    let table: Table = toml::from_str(text).map_err(|_| "what is not understood".to_owned())?;
    let tool = |name: &str| table.get("tool").and_then(|tool| tool.get(name));
    let (uv, poetry) = (tool("uv"), tool("poetry"));
    let of_uv = |key: &str| uv.and_then(|uv| uv.get(key));
    if let Some(key) = OF_UV.iter().find(|key| of_uv(key).is_some()) {
        return Err(format!("`{key}` of uv"));
    }
    let project = table.get("project").and_then(Value::as_table);
    let of_project = |key: &str| project.and_then(|project| project.get(key));
    let dynamic = of_project("dynamic").and_then(Value::as_array).into_iter().flatten();
    let left = { dynamic }.filter_map(Value::as_str).any(|key| key.contains("dependenc"));
    if project.is_none() && poetry.is_none() || left && poetry.is_none() {
        return Err("no list of dependencies".to_owned());
    }
    let development = choice.development || of_uv("default-groups").is_some();
    let mut lists: Vec<&Value> = of_project("dependencies").into_iter().collect();
    let tables = [
        (choice.extras, of_project("optional-dependencies")),
        (development, table.get("dependency-groups")),
    ];
    for (_, group) in tables.into_iter().filter(|(wanted, _)| *wanted) {
        lists.extend(group.and_then(Value::as_table).into_iter().flatten().map(|(_, list)| list));
    }
    lists.extend(of_uv("dev-dependencies").filter(|_| development));
    let mut asked = Asked {
        python: of_project("requires-python").and_then(Value::as_str).map(str::to_owned),
        built: table.contains_key("build-system")
            || of_uv("package").and_then(Value::as_bool) == Some(true),
        ..Asked::default()
    };
    for one in lists.into_iter().filter_map(Value::as_array).flatten() {
        match one {
            Value::String(text) => asked.requirements.push(text.clone()),
            // A group that another one includes stands in the table itself.
            Value::Table(table) if table.contains_key("include-group") => {}
            _ => return Err("a dependency that is not understood".to_owned()),
        }
    }
    let of_poetry = |key: &str| poetry.and_then(|poetry| poetry.get(key));
    asked.of_poetry(of_poetry("dependencies"), choice)?;
    if development {
        asked.of_poetry(of_poetry("dev-dependencies"), choice)?;
        for (_, group) in of_poetry("group").and_then(Value::as_table).into_iter().flatten() {
            asked.of_poetry(group.get("dependencies"), choice)?;
        }
    }
    Ok(asked)
}

impl Asked {
    /// `flask = "^3"`, `redis = {version = "*", extras = ["hiredis"]}`, or a list of such.
    fn of_poetry(&mut self, table: Option<&Value>, choice: Choice<'_>) -> Result<(), String> {
        for (name, value) in table.and_then(Value::as_table).into_iter().flatten() {
            let ways = match value {
                Value::Array(all) => all.as_slice(),
                one => std::slice::from_ref(one),
            };
            for way in ways {
                let text = |key: &str| way.get(key).and_then(Value::as_str);
                let version = way.as_str().or_else(|| text("version"));
                let version = version.ok_or_else(|| format!("{name} from elsewhere than PyPI"))?;
                if name == "python" {
                    self.python.get_or_insert_with(|| version.to_owned());
                    continue;
                }
                let optional = way.get("optional").and_then(Value::as_bool) == Some(true);
                let other = text("python").is_some_and(|it| !may_be_python(it, choice.python))
                    || text("platform").is_some_and(|platform| platform != "linux");
                if other || optional && !choice.extras {
                    continue;
                }
                let extras = way.get("extras").and_then(Value::as_array).into_iter().flatten();
                let extras: Vec<&str> = extras.filter_map(Value::as_str).collect();
                let extras = if extras.is_empty() {
                    String::new()
                } else {
                    format!("[{}]", extras.join(","))
                };
                // The newest that one of several ranges lets come is taken.
                let version = if version == "*" || version.contains("||") { "" } else { version };
                let sign =
                    if version.starts_with(|c: char| c.is_ascii_digit()) { "==" } else { "" };
                let marker = text("markers").unwrap_or_default();
                self.requirements.push(format!("{name}{extras}{sign}{version};{marker}"));
            }
        }
        Ok(())
    }
}
