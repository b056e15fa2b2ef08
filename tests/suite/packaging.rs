//! Do the packages agree with each other and with what the program itself asks for?

use std::fs;

use dockslim::engine::{Settings, fix};
use dockslim_contract::Safety;

use crate::sources::root;

#[test]
fn all_packages_have_the_version_of_the_program() {
    for package in ["packaging/npm/package.json", "editors/vscode/package.json"] {
        let text = fs::read_to_string(root().join(package)).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"), "{package}");
    }
    let python = fs::read_to_string(root().join("pyproject.toml")).unwrap();
    let python: toml::Value = toml::from_str(&python).unwrap();
    let dynamic = python["project"]["dynamic"].as_array().unwrap();
    assert!(dynamic.iter().any(|field| field.as_str() == Some("version")), "cargo's own");
}

#[test]
fn crates_ask_for_each_other_in_the_version_of_the_program() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Value = toml::from_str(&manifest).unwrap();
    let dependencies = manifest["workspace"]["dependencies"].as_table().unwrap();
    let ours = dependencies.iter().filter(|(name, _)| name.starts_with("dockslim-"));
    let mut seen = 0;
    for (name, asked) in ours {
        assert_eq!(asked["version"].as_str(), Some(env!("CARGO_PKG_VERSION")), "{name}");
        seen += 1;
    }
    assert!(seen > 0, "the workspace has crates");
}

#[test]
fn its_own_dockerfile_is_as_it_wants_others_to_be() {
    let text = fs::read_to_string(root().join("packaging/Dockerfile")).unwrap();
    let settings = Settings { level: Safety::Suggestion, ..Settings::default() };
    let outcome = fix(&text, &settings);
    assert_eq!(outcome.text, text);
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
}
