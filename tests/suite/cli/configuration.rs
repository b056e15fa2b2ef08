//! Which configuration holds for which file, and what is said about it.

use std::fs;

use super::WASTEFUL;
use crate::program::Folder;
use crate::sources::root;

/// Two projects, one with a configuration of its own and one below that of the root.
fn projects() -> Folder {
    Folder::with(&[
        (".git/HEAD", ""),
        ("dockslim.toml", "ignore = [\"clean-package-caches\"]\nexclude = [\"vendor/\"]\n"),
        ("api/Dockerfile", WASTEFUL),
        ("web/Dockerfile", WASTEFUL),
        ("web/dockslim.toml", "# nothing\n\nignore = [\"merge-runs\"]\n"),
        ("vendor/x/Dockerfile", WASTEFUL),
    ])
}

#[test]
fn the_nearest_file_up_the_tree_counts() {
    let run = projects().run(&["fix"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("api/Dockerfile:2: merge-runs: "), "{run:?}");
    assert!(!run.stderr.contains("clean-package-caches: "), "{run:?}");
    assert!(run.stderr.contains("1 rewrite in 1 of 2 files"), "web keeps its RUNs apart: {run:?}");
}

#[test]
fn excluded_files_are_left_alone_also_when_named() {
    let folder = projects();
    assert!(!folder.run(&["fix"]).stdout.contains("vendor"));
    let run = folder.run(&["fix", "--write", "vendor/x/Dockerfile"]);
    assert!(
        run.stderr.contains("vendor/x/Dockerfile: left alone: dockslim.toml:2 excludes it\n"),
        "{run:?}"
    );
    assert_eq!(folder.read("vendor/x/Dockerfile"), WASTEFUL);
    let run = folder.run(&["fix", "--isolated", "vendor/x/Dockerfile"]);
    assert!(run.stdout.starts_with("--- vendor/x/Dockerfile\n"), "{run:?}");
}

#[test]
fn a_repository_ends_the_search() {
    let folder = Folder::with(&[
        ("dockslim.toml", "ignore = [\"merge-runs\"]\n"),
        ("inner/.git/HEAD", ""),
        ("inner/Dockerfile", WASTEFUL),
    ]);
    assert!(folder.run(&["fix"]).stderr.contains("merge-runs: "));
}

#[test]
fn what_is_stronger_wins_and_its_origin_is_shown() {
    let folder = Folder::with(&[
        (
            "dockslim.toml",
            "level = \"review\"\ntargets = [\"a\"]\nselect = [\"merge-runs\"]\n\
             [merge-runs]\nstyle = \"heredoc\"\n\
             [[overrides]]\nfiles = [\"api/\"]\nlevel = \"suggestion\"\n",
        ),
        ("api/Dockerfile", WASTEFUL),
        ("Dockerfile", WASTEFUL),
    ]);
    let shown = |path: &str| {
        let mut command = folder.command();
        command.env("DOCKSLIM_TARGETS", "b, c").env("DOCKSLIM_MERGE_RUNS_POLICY", "logical");
        command.args(["config", path, "--config", "merge-runs.policy = \"all\""]);
        let run = crate::program::run(&mut command, b"");
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        run.stdout
    };
    let page = shown("Dockerfile");
    for (key, value, origin) in [
        ("level", "\"review\"", "dockslim.toml:1"),
        ("targets", "[\"b\", \"c\"]", "DOCKSLIM_TARGETS"),
        ("select", "[\"merge-runs\"]", "dockslim.toml:3"),
        ("merge-runs.style", "\"heredoc\"", "dockslim.toml:5"),
        ("merge-runs.policy", "\"all\"", "--config merge-runs.policy = \"all\""),
        ("exclude", "[]", "default"),
    ] {
        let line = page.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap();
        let (setting, from) = line.split_once("  # ").unwrap();
        assert_eq!((setting.trim_end(), from), (format!("{key} = {value}").as_str(), origin));
    }
    assert!(page.parse::<toml::Table>().is_ok(), "{page}");
    let level =
        shown("api/Dockerfile").lines().find(|line| line.starts_with("level")).map(str::to_owned);
    assert!(level.unwrap().ends_with("# dockslim.toml:8"));
    assert_eq!(shown("api"), shown("api/Dockerfile"), "a folder is asked for what is in it");
}

#[test]
fn the_environment_is_read_and_its_slips_are_seen() {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL), ("other.toml", "level = \"review\"\n")]);
    for (variable, value, code, said) in [
        ("DOCKSLIM_IGNORE", "merge-runs,clean-package-caches", 0, "nothing to rewrite"),
        ("DOCKSLIM_IGNORE", "merge-run", 2, "DOCKSLIM_IGNORE: `ignore` cannot be `merge-run`"),
        ("DOCKSLIM_LEVL", "safe", 0, "did you mean DOCKSLIM_LEVEL?"),
        ("DOCKSLIM_LEVEL", "", 0, "merge-runs: "),
        ("DOCKSLIM_OVERRIDES", "x", 0, "DOCKSLIM_OVERRIDES: overrides stand in dockslim.toml"),
        ("DOCKSLIM_CONFIG", "missing.toml", 2, "DOCKSLIM_CONFIG missing.toml: cannot be read"),
        ("DOCKSLIM_CONFIG", "", 0, "merge-runs: "),
        ("DOCKSLIM_CONFIG", "other.toml", 0, "merge-runs: "),
    ] {
        let mut command = folder.command();
        let run = crate::program::run(command.arg("fix").env(variable, value), b"");
        assert_eq!(run.code, Some(code), "{variable}: {run:?}");
        assert!(run.stderr.contains(said), "{variable}: {run:?}");
        let mut command = folder.command();
        let run =
            crate::program::run(command.args(["fix", "--isolated"]).env(variable, value), b"");
        assert_eq!(run.code, Some(0), "--isolated: {run:?}");
    }
}

#[test]
fn a_wrong_file_is_reported_once_and_nothing_below_it_is_touched() {
    let folder = Folder::with(&[
        ("dockslim.toml", "levle = \"safe\"\n"),
        ("a/Dockerfile", WASTEFUL),
        ("b/Dockerfile", WASTEFUL),
    ]);
    let run = folder.run(&["fix", "--write"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let said = "error: dockslim.toml:1:1: unknown key `levle`; did you mean `level`?\n";
    assert_eq!(run.stderr.matches(said).count(), 1, "{run:?}");
    assert_eq!(folder.read("a/Dockerfile"), WASTEFUL);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, said) in [
        ("\n[[overrides]]\nlevel = \"safe\"\n", "2:1: `overrides` has to have a key `files`"),
        (
            "\n[overrides]\nfiles = [\"a\"]\n",
            "2:1: `overrides` has to be a list of tables, each begun by `[[overrides]]`",
        ),
        ("overrides = [3]\n", "1:14: `overrides` has to be a table"),
        ("[[overrides]]\nfiles = []\n", "2:9: `overrides.files` is empty"),
        ("exclude = [\"b\", \"a/[\"]\n", "1:17: `exclude` cannot be matched: "),
        ("[[overrides]]\nfiles = [\"a/[\"]\n", "2:10: `overrides.files` cannot be matched: "),
        ("level = # safe?\n", "1:9: `level` has no value"),
        ("level = \"safe\"\nlevel = \"safe\"\n", "2:1: `level` stands here for the second time"),
    ] {
        let run = Folder::with(&[("dockslim.toml", text)]).run(&["config"]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(&format!("error: dockslim.toml:{said}")), "{run:?}");
    }
}

#[test]
fn a_file_is_named_in_full_where_the_program_runs_in_the_root() {
    let folder = Folder::with(&[("dockslim.toml", "level = 3\n"), ("Dockerfile", WASTEFUL)]);
    let path = folder.path("").canonicalize().unwrap();
    let mut command = folder.command();
    command.arg("fix").arg(path.join("Dockerfile")).current_dir("/");
    let run = crate::program::run(&mut command, b"");
    let said = format!("error: {}:1:9: ", path.join("dockslim.toml").display());
    assert!(run.stderr.contains(&said), "{run:?}");
}

#[test]
fn standard_input_has_the_configuration_of_its_name() {
    let folder = projects();
    let run = folder.run_with_input(&["fix", "--stdin-filename", "web/Dockerfile", "-"], WASTEFUL);
    assert!(!run.stderr.contains("merge-runs: "), "{run:?}");
    let run =
        folder.run_with_input(&["fix", "--stdin-filename", "vendor/Dockerfile", "-"], WASTEFUL);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), WASTEFUL), "{run:?}");
}

#[test]
fn the_schema_in_the_repository_is_that_of_the_program() {
    let path = root().join("dockslim.schema.json");
    let schema = Folder::with(&[]).run(&["config", "--schema"]).stdout;
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &schema).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        schema,
        "UPDATE_SNAPSHOTS=1 writes it"
    );
}
