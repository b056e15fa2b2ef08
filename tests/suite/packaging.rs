//! Do the packages agree with each other and with what the program itself asks for?

use std::fs;

use dockslim::engine::{Settings, fix};
use dockslim_contract::Safety;

#[cfg(unix)]
use crate::program::Folder;
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

/// GitHub runs a step with `shell: bash` by `bash -eo pipefail`.
#[cfg(unix)]
#[test]
fn a_release_packs_the_program_of_each_platform() {
    use serde_norway::Value as Yaml;

    let text = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let release: Yaml = serde_norway::from_str(&text).unwrap();
    let job = &release["jobs"]["programs"];
    let mut steps = job["steps"].as_sequence().unwrap().iter();
    let is_it = |step: &&Yaml| step["name"].as_str().is_some_and(|name| name.starts_with("Pack"));
    let script = steps.find(is_it).unwrap()["run"].as_str().unwrap();
    let platforms = job["strategy"]["matrix"]["include"].as_sequence().unwrap();
    for platform in platforms {
        let (target, npm) =
            (platform["target"].as_str().unwrap(), platform["npm"].as_str().unwrap());
        let ending = if target.contains("windows") { ".exe" } else { "" };
        let files = ["LICENSE-MIT", "LICENSE-APACHE", "README.md"].map(|name| (name, ""));
        let folder = Folder::with(&files);
        let program = "#!/bin/sh\n[ \"$1\" != man ] || mkdir -p \"$2\"\n";
        folder.install(&format!("target/{target}/release/dockslim{ending}"), program);
        let script = script.replace("${{ matrix.target }}", target);
        let script = script.replace("${{ matrix.npm }}", npm);
        assert!(!script.contains("${{"), "{script}");
        let mut bash = std::process::Command::new("bash");
        bash.args(["-eo", "pipefail", "-c", &script]).current_dir(folder.path(""));
        let run = crate::program::run(&mut bash, b"");
        assert_eq!(run.code, Some(0), "{target}: {run:?}");
        for made in [
            format!("dockslim-{target}.tar.gz"),
            format!("dockslim-{target}/dockslim{ending}"),
            format!("npm/dockslim-{npm}{ending}"),
        ] {
            assert!(folder.path(&made).is_file(), "{target}: {made}");
        }
    }
    assert!(platforms.len() > 3);
}

#[test]
fn its_own_dockerfile_is_as_it_wants_others_to_be() {
    let text = fs::read_to_string(root().join("packaging/Dockerfile")).unwrap();
    let settings = Settings { level: Safety::Suggestion, ..Settings::default() };
    let outcome = fix(&text, &settings);
    assert_eq!(outcome.text, text);
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
}
