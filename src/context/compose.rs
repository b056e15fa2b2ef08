//! Reads the builds of a compose file: <https://docs.docker.com/reference/compose-file/build/>.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_norway::Value;

use super::projects::{Written, is_plain};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    services: BTreeMap<String, Service>,
}

#[derive(Deserialize)]
struct Service {
    build: Option<Value>,
}

/// The builds of its services; none if it is not understood.
pub(super) fn builds(text: &str) -> Vec<Written> {
    let Ok(mut value) = serde_norway::from_str::<Value>(text) else { return Vec::new() };
    // Services often share their build by `<<: *default`.
    if value.apply_merge().is_err() {
        return Vec::new();
    }
    let Ok(file) = serde_norway::from_value::<File>(value) else { return Vec::new() };
    file.services.values().filter_map(|service| build(service.build.as_ref()?)).collect()
}

fn build(build: &Value) -> Option<Written> {
    let text = |key: &str| build.get(key).map(|value| value.as_str().unwrap_or("$"));
    // A folder alone, or a table.
    let context = build.as_str().or_else(|| text("context")).unwrap_or(".");
    let dockerfile = text("dockerfile").unwrap_or("Dockerfile");
    if !is_plain(context) || !is_plain(dockerfile) || text("dockerfile_inline").is_some() {
        return None;
    }
    let target = text("target").filter(|target| is_plain(target));
    Some(Written {
        context: context.to_owned(),
        dockerfile: dockerfile.to_owned(),
        target: target.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, Option<String>)> {
        let builds = builds(text).into_iter();
        builds.map(|build| (build.context, build.dockerfile, build.target)).collect()
    }

    #[test]
    fn builds_are_read_in_both_forms() {
        let text = "
x-common: &common
  build:
    context: ..
    dockerfile: docker/Dockerfile
services:
  a: {build: ./api}
  b: {build: {context: web, target: dev}}
  c: {<<: *common}
  d: {image: redis}
  e: {build: {dockerfile: e.Dockerfile, target: $TARGET}}
";
        let named = |context: &str, dockerfile: &str, target: Option<&str>| {
            (context.to_owned(), dockerfile.to_owned(), target.map(str::to_owned))
        };
        assert_eq!(
            read(text),
            [
                named("./api", "Dockerfile", None),
                named("web", "Dockerfile", Some("dev")),
                named("..", "docker/Dockerfile", None),
                named(".", "e.Dockerfile", None),
            ]
        );
    }

    #[test]
    fn what_is_not_told_is_left_out() {
        for text in [
            "services: {a: {build: '${DIR}'}}",
            "services: {a: {build: {context: 'https://host/a.git'}}}",
            "services: {a: {build: {context: a, dockerfile: $FILE}}}",
            "services: {a: {build: {dockerfile_inline: 'FROM a'}}}",
            "services: [a]",
            "services: {a: {build: {context: [a]}}}",
            "a: &a [*a, *a]",
            "\t{",
            "",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
