//! What the install script of prisma reads of a project: the schema from which it makes its client.
//!
//! <https://www.prisma.io/docs/orm/reference/prisma-cli-reference#generate>,
//! <https://www.prisma.io/docs/orm/prisma-schema/overview/location>

use serde_json::Value;

use super::project::Project;
use crate::facts::below;

/// Files that lead it to others, or that it reads for their variables.
const MORE: [&str; 10] = [
    ".env",
    "prisma/.env",
    "schema.prisma",
    "prisma.config.ts",
    "prisma.config.js",
    "prisma.config.mjs",
    "prisma.config.cjs",
    "prisma.config.mts",
    ".config/prisma.ts",
    ".config/prisma.js",
];

/// The schema, or none if there is none; `None` if it may read others, or write elsewhere than to its package.
pub(super) fn schema(
    project: &Project<'_, '_>,
    folder: &str,
    package: &Value,
) -> Option<Option<String>> {
    let here = |name: &str| below(folder, name);
    let moved = package.get("prisma").is_some_and(|own| own.get("schema").is_some());
    if moved || MORE.iter().any(|name| project.exists(&here(name))) {
        return None;
    }
    let Some((_, source)) = project.source_of(&here("prisma")) else { return Some(None) };
    let mut schemas = project
        .context
        .below(&source)
        .map(|(path, _)| path)
        .filter(|path| path.ends_with(".prisma"));
    let place = here("prisma/schema.prisma");
    match (schemas.next(), schemas.next()) {
        (None, _) => Some(None),
        (Some(only), None) if only == below(&source, "schema.prisma") => {
            let text = project.text(&place).ok()?;
            writes_to_its_package(text).then_some(Some(place))
        }
        _ => None,
    }
}

/// Whether a schema has no generator but that of the client, and that one writes where it does by default.
fn writes_to_its_package(text: &str) -> bool {
    let mut generator = false;
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        match name.trim() {
            _ if line.starts_with("generator") => generator = true,
            "}" => generator = false,
            "output" if generator => return false,
            "provider" if generator && value.trim() != "\"prisma-client-js\"" => return false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_go_to_their_package() {
        let schema = |inside: &str| {
            format!(
                "datasource db {{\n  provider = \"sqlite\"\n}}\ngenerator a {{\n  {inside}\n}}\n"
            )
        };
        assert!(writes_to_its_package(&schema("provider = \"prisma-client-js\"")));
        assert!(!writes_to_its_package(&schema("provider = \"prisma-dbml\"")));
        assert!(!writes_to_its_package(&schema("output = \"../src/generated\"")));
    }
}
