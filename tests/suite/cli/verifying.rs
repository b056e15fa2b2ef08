//! `dockslim verify`, with a builder that only pretends: what is asked of it, and what becomes of its answers.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::WASTEFUL;
use crate::program::{self, Folder, Run};

/// A buildah that writes down each word that it is called with, hands out archives that lie ready, and fails or hangs
/// where the file that it builds says so.
const FAKE: &str = r#"#!/bin/sh
{ printf '%s|' "$@"; echo; } >> "$FAKE/calls"
for word; do last=$word; case $word in
    --file=*) file=${word#--file=} ;;
    --tag=*) tag=${word#--tag=} ;;
    oci-archive:*) archive=${word#oci-archive:} ;;
esac; done
case $1 in
version) ;;
build)
    echo "STEP 1/2: FROM debian:12"
    echo "--> 0123456789ab"
    echo "STEP 2/2: $(grep '^RUN' "$file" | tail -n 1)"
    if [ "$FAKE_BUSY" ] && [ ! -e "$FAKE/busy" ]; then : > "$FAKE/busy"; echo "Close_Fd sealing memfd copy: Device or resource busy" >&2; exit 1; fi
    case $tag in *:$FAKE_HANGS) sleep 600 ;; esac
    case $tag in *:$FAKE_DIES) kill -9 $$ ;; esac
    case $tag in *:$FAKE_FAILS) echo 'the disk is on fire' >&2; exit 1 ;; esac ;;
push)
    if [ "$FAKE_FULL" ]; then echo half > "$archive"; echo 'no space left on device' >&2; exit 1; fi
    case $* in *:before\ oci* | *:original*) cp "$FAKE/before.tar" "$archive" ;; *) cp "$FAKE/after.tar" "$archive" ;; esac ;;
rmi) for left in "$TMPDIR"/*.tar; do [ -e "$left" ] && echo "$left" >> "$FAKE/in-the-way"; done ;;
inspect) echo '{"Docker": '"$(cat "$FAKE/config.json")"'}' ;;
run)
    if [ "$FAKE_LOSES" ] && [ ! -e "$FAKE/lost" ]; then : > "$FAKE/lost"; exit 0; fi
    case $2 in *before*) echo old ;; *) echo "${FAKE_SAYS:-old}" ;; esac ;;
esac
"#;

/// The files of an image: path, text, mode.
type Files<'f> = &'f [(&'f str, &'f str, u32)];

/// An OCI archive of an image with one layer.
fn archive(files: Files<'_>) -> Vec<u8> {
    let layer = tar_of(files);
    let config = json!({ "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [] },
        "history": [{ "created_by": "/bin/sh -c apt-get install -y curl" }] });
    let digest = |letter: &str| format!("sha256:{}", letter.repeat(64));
    let config = config.to_string();
    let layer_type = "application/vnd.oci.image.layer.v1.tar";
    let config_type = "application/vnd.oci.image.config.v1+json";
    let manifest_type = "application/vnd.oci.image.manifest.v1+json";
    // The digest of a layer is what the program knows it by.
    let letter = if layer.len() > 2048 { "a" } else { "b" };
    let manifest = json!({ "schemaVersion": 2,
        "config": { "mediaType": config_type, "digest": digest("c"), "size": config.len() },
        "layers": [{ "mediaType": layer_type, "digest": digest(letter), "size": layer.len() }] });
    let manifest = manifest.to_string();
    let index = json!({ "schemaVersion": 2, "manifests": [
        { "mediaType": manifest_type, "digest": digest("d"), "size": manifest.len() }] });
    let mut outer = tar::Builder::new(Vec::new());
    let blob = |letter: &str| format!("blobs/sha256/{}", letter.repeat(64));
    for (path, bytes) in [
        ("index.json".to_owned(), index.to_string().into_bytes()),
        (blob("d"), manifest.into_bytes()),
        (blob("c"), config.into_bytes()),
        (blob(letter), layer),
    ] {
        append(&mut outer, &path, &bytes, 0o644);
    }
    outer.into_inner().unwrap()
}

fn tar_of(files: Files<'_>) -> Vec<u8> {
    let mut layer = tar::Builder::new(Vec::new());
    for (path, text, mode) in files {
        append(&mut layer, path, text.as_bytes(), *mode);
    }
    layer.into_inner().unwrap()
}

fn append(archive: &mut tar::Builder<Vec<u8>>, path: &str, bytes: &[u8], mode: u32) {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    archive.append_data(&mut header, path, bytes).unwrap();
}

const CURL: (&str, &str, u32) = ("usr/bin/curl", "curl", 0o755);
const LISTS: (&str, &str, u32) = ("var/lib/apt/lists/deb", "many packages", 0o644);

/// A folder with the fake, a wasteful Dockerfile and these two images.
fn folder(before: Files<'_>, after: Files<'_>) -> Folder {
    let folder = Folder::with(&[("Dockerfile", WASTEFUL), ("tmp/.keep", "")]);
    folder.install("bin/buildah", FAKE);
    folder.write("before.tar", archive(before));
    folder.write("after.tar", archive(after));
    folder.write("config.json", r#"{"config": {"User": "me"}}"#);
    folder
}

/// `dockslim verify` with the fake on PATH, and no other builder.
fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = folder.command();
    command
        .arg("verify")
        .args(arguments)
        .env("FAKE", folder.path(""))
        .env("TMPDIR", folder.path("tmp"));
    for tool in ["sh", "cp", "cat", "grep", "tail", "sleep"] {
        let place = ["/bin", "/usr/bin"].map(|place| std::path::Path::new(place).join(tool));
        let real = place.into_iter().find(|path| path.exists()).unwrap();
        let _ = std::os::unix::fs::symlink(real, folder.path("bin").join(tool));
    }
    command.env("PATH", folder.path("bin"));
    command
}

fn verify(folder: &Folder, arguments: &[&str]) -> Run {
    program::run(&mut command(folder, arguments), b"")
}

fn calls(folder: &Folder) -> Vec<String> {
    folder.read("calls").lines().map(str::to_owned).collect()
}

/// What is left in the folder for temporary files.
fn leftovers(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path("tmp")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != ".keep").collect()
}

#[test]
fn images_that_differ_in_caches_alone_are_equal() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let run = verify(&folder, &["--output-format", "json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told["verdict"], "equal");
    assert_eq!(told["before"]["bytes"], tar_of(&[CURL, LISTS]).len());
    assert_eq!(told["after"]["bytes"], tar_of(&[CURL]).len());
    assert_eq!(told["before"]["file_bytes"], CURL.1.len() + LISTS.1.len());
    assert_eq!(told["before"]["layers"][0]["line"], 3);
    assert_eq!(told["differences"]["set_apart"][0]["kind"], "caches");
    assert_eq!(told["differences"]["set_apart"][0]["removed"]["bytes"], LISTS.1.len());
    let text = verify(&folder, &[]);
    let last = text.stdout.lines().last().unwrap();
    assert!(last.starts_with("equal but for caches, 1.0 kB smaller"), "{last}");
    assert_eq!(folder.read("Dockerfile"), WASTEFUL, "nothing is changed");
    assert_eq!(leftovers(&folder), [""; 0]);
    let removed = calls(&folder).iter().filter(|call| call.starts_with("rmi|")).count();
    assert_eq!(removed % 4, 0, "each image is removed, and no more: {:?}", calls(&folder));
}

#[test]
fn a_difference_that_no_pass_declares_is_one() {
    let changed = ("usr/bin/curl", "CURL", 0o4755);
    let folder = folder(&[CURL, LISTS], &[changed]);
    let run = verify(&folder, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("/usr/bin/curl: contents, mode 0755 -> 4755"), "{run:?}");
    assert!(run.stdout.trim_end().lines().last().unwrap().starts_with("differs: 1 file changed"));
}

#[test]
fn what_is_built_is_the_file_before_and_after_with_its_context() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let name = "-ü $(touch x) y/-Dockerfile";
    folder.write(name, WASTEFUL);
    // Behind `--` stands what is run inside, so that a name with a dash in front needs a folder.
    let path = format!("./{name}");
    let given =
        ["--build-arg=A=b c", "--target=-t", "--engine-arg=--network=host", "--keep", &path];
    let run = verify(&folder, &given);
    assert_eq!(run.code, Some(0), "{run:?}");
    let builds: Vec<String> =
        calls(&folder).into_iter().filter(|call| call.starts_with("build|")).collect();
    assert_eq!(builds.len(), 2, "{builds:?}");
    let context = folder.path(name).parent().unwrap().canonicalize().unwrap();
    for (build, tag) in builds.iter().zip(["before", "after"]) {
        let end = format!(
            "|--no-cache|--target=-t|--build-arg=A=b c|--network=host|{}|",
            context.display()
        );
        assert!(build.ends_with(&end), "{build}");
        assert!(build.starts_with(
            "build|--layers|--force-rm|--format=docker|--tag=localhost/dockslim-verify-"
        ));
        assert!(build.contains(&format!(":{tag}|--file=")), "{build}");
    }
    assert!(!calls(&folder).iter().any(|call| call.starts_with("rmi|")), "images are kept");
    assert!(!folder.path("x").exists());
}

#[test]
fn a_rebuild_finds_all_steps_in_the_cache_but_those_that_the_change_concerns() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    folder.write("app.py", "print()\n");
    let run = verify(&folder, &["--touch=app.py", "--runs=2"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let calls = calls(&folder);
    let built = calls.iter().filter_map(|call| {
        let tag = call.strip_prefix("build|")?.split("|--tag=").nth(1)?.split('|').next()?;
        let cached = if call.contains("|--no-cache|") { "" } else { " cached" };
        Some(format!("{}{cached}", tag.rsplit(':').next()?))
    });
    let round = [
        "before",
        "after",
        "before-warm cached",
        "before-touched cached",
        "after-warm cached",
        "after-touched cached",
    ];
    assert_eq!(built.collect::<Vec<_>>(), [round, round].concat());
    assert_eq!(folder.read("app.py"), "print()\n", "the project's own file stays");
}

#[test]
fn a_file_that_fails_before_is_not_blamed_on_the_rewrite() {
    let folder = folder(&[CURL], &[CURL]);
    let run = program::run(command(&folder, &[]).env("FAKE_FAILS", "before"), b"");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("cannot be built as it is"), "{run:?}");
    assert!(run.stderr.contains("[2/2] RUN apt-get install -y curl"), "{run:?}");
    assert!(run.stderr.contains("the disk is on fire"), "{run:?}");
    assert_eq!((run.stdout.as_str(), leftovers(&folder).len()), ("", 0));
}

#[test]
fn a_full_disk_has_room_again_before_images_are_removed() {
    let folder = folder(&[CURL], &[CURL]);
    let run = program::run(command(&folder, &[]).env("FAKE_FULL", "yes"), b"");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("no space left on device"), "{run:?}");
    assert!(calls(&folder).iter().any(|call| call.starts_with("rmi|")), "{:?}", calls(&folder));
    assert!(!folder.path("in-the-way").exists(), "{}", folder.read("in-the-way"));
    assert_eq!(leftovers(&folder), [""; 0]);
}

#[test]
fn a_builder_that_is_killed_is_told() {
    let folder = folder(&[CURL], &[CURL]);
    let run = program::run(command(&folder, &[]).env("FAKE_DIES", "after"), b"");
    assert_eq!(run.code, Some(1), "{run:?}");
    for told in ["[2/2] RUN", "buildah was killed (signal: 9", "`buildah containers` shows"] {
        assert!(run.stdout.contains(told), "{told}: {run:?}");
    }
    assert_eq!(leftovers(&folder), [""; 0]);
}

#[test]
fn a_file_that_fails_after_is_told_with_its_step() {
    let folder = folder(&[CURL], &[CURL]);
    let fails = |format| {
        let arguments = ["--output-format", format];
        program::run(command(&folder, &arguments).env("FAKE_FAILS", "after"), b"")
    };
    for format in ["text", "json", "html", "markdown"] {
        let run = fails(format);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stdout.contains("the new file cannot be built: [2/2] "), "{run:?}");
        assert!(run.stdout.contains("the disk is on fire"), "{run:?}");
    }
}

#[test]
fn a_program_inside_has_to_answer_the_same() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let same = verify(&folder, &["--", "curl", "--version"]);
    assert_eq!(same.code, Some(0), "{same:?}");
    assert!(calls(&folder).iter().any(|call| call.ends_with("-before-run|--|curl|--version|")));
    let mut other = command(&folder, &["--", "curl", "--version"]);
    let other = program::run(other.env("FAKE_SAYS", "new"), b"");
    assert_eq!(other.code, Some(1), "{other:?}");
    assert!(other.stdout.contains("fails the smoke command"), "{other:?}");
}

#[test]
fn a_program_of_which_nothing_is_heard_is_asked_again() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let run = program::run(
        command(&folder, &["Dockerfile", "--", "curl", "-V"]).env("FAKE_LOSES", "1"),
        b"",
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    let asked = calls(&folder).into_iter().filter(|call| call.starts_with("run|")).count();
    assert_eq!(asked, 3, "{run:?}");
}

#[test]
fn a_build_that_could_not_begin_is_begun_again() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let run = program::run(command(&folder, &["Dockerfile"]).env("FAKE_BUSY", "1"), b"");
    assert_eq!(run.code, Some(0), "{run:?}");
    let begun = calls(&folder).into_iter().filter(|call| call.starts_with("build|")).count();
    assert_eq!(begun, 3, "{run:?}");
}

#[test]
fn layers_are_compressed_unless_nobody_wants_the_sizes_that_are_pulled() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let pushes = |arguments: &[&str]| {
        let run = verify(&folder, arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        let calls = calls(&folder).into_iter().filter(|call| call.starts_with("push|"));
        let (without, with): (Vec<_>, Vec<_>) =
            calls.partition(|call| call.contains("|--disable-compression|"));
        (with.len(), without.len())
    };
    assert_eq!(pushes(&[]), (2, 0));
    assert_eq!(pushes(&["--uncompressed"]), (2, 2));
}

#[test]
fn a_smoke_command_that_hangs_is_ended() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    folder.install("smoke", "#!/bin/sh\ncase $IMAGE in *:after) sleep 600 ;; esac\n");
    let start = Instant::now();
    let run = verify(&folder, &["--smoke", "smoke", "--smoke-timeout", "1"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("did not end within 1 s"), "{run:?}");
    assert!(start.elapsed() < Duration::from_secs(120));
    assert_eq!(leftovers(&folder), [""; 0]);
}

/// Runs a command whose builder hangs, and asks it to end, as Ctrl-C does, when the builder has been called with `word`.
fn interrupted(command: &mut Command, folder: &Folder, word: &str) -> Run {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let begun = || fs::read_to_string(folder.path("calls")).is_ok_and(|calls| calls.contains(word));
    let until = Instant::now() + Duration::from_secs(60);
    while !begun() {
        assert!(Instant::now() < until, "it comes to {word}");
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn ctrl_c_ends_the_builder_and_cleans_up() {
    let folder = folder(&[CURL], &[CURL]);
    let run = interrupted(command(&folder, &[]).env("FAKE_HANGS", "before"), &folder, "build|");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains("interrupted; nothing was changed"), "{run:?}");
    assert_eq!(folder.read("Dockerfile"), WASTEFUL);
    assert_eq!(leftovers(&folder), [""; 0]);
    assert!(calls(&folder).iter().any(|call| call.starts_with("rmi|localhost/")));
    assert_eq!(calls(&folder).last().unwrap(), "rmi|0123456789ab|", "the step that was done");
}

#[test]
fn ctrl_c_in_a_search_leaves_the_file_and_no_image() {
    for hangs in ["original", "original-again", "candidate-1", "candidate-2"] {
        let folder = folder(&[CURL, LISTS], &[CURL]);
        let mut command = earning(&folder, "candidate-1", &["--write"]);
        let run =
            interrupted(command.env("FAKE_HANGS", hangs), &folder, &format!(":{hangs}|--file="));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{hangs}: {run:?}");
        assert!(run.stderr.contains("interrupted; nothing was changed"), "{hangs}: {run:?}");
        assert_eq!(folder.read("Dockerfile"), WASTEFUL);
        assert_eq!(leftovers(&folder), [""; 0]);
        let named = |word: &str, place: &str| -> BTreeSet<String> {
            let calls = calls(&folder).into_iter().filter(|call| call.starts_with(word));
            let names = calls.filter_map(|call| {
                let name = call.split_once(place)?.1.split('|').next()?;
                Some(name.to_owned())
            });
            names.collect()
        };
        let removed = named("rmi|", "localhost/");
        let left: Vec<String> =
            named("build|", "--tag=localhost/").difference(&removed).cloned().collect();
        assert_eq!(left, [""; 0], "{hangs}: {:?}", calls(&folder));
    }
}

#[test]
fn without_a_builder_it_says_what_to_install() {
    let folder = folder(&[CURL], &[CURL]);
    fs::remove_file(folder.path("bin/buildah")).unwrap();
    let run = verify(&folder, &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("apt-get install buildah"), "{run:?}");
    let run = verify(&folder, &["--engine", "podman"]);
    assert!(run.stderr.contains("podman is not installed"), "{run:?}");
}

#[test]
fn pages_show_names_as_they_are() {
    let odd = ("srv/<b>`x`|y", "text", 0o644);
    let folder = folder(&[CURL, LISTS, odd], &[CURL]);
    let page = verify(&folder, &["--output-format", "html"]);
    assert!(page.stdout.contains("/srv/&lt;b&gt;`x`|y"), "{page:?}");
    assert!(!page.stdout.contains("<b>") && !page.stdout.contains("http"), "it stands alone");
    let comment = verify(&folder, &["--output-format", "markdown"]);
    assert!(comment.stdout.contains("``/srv/<b>`x`|y``"), "{comment:?}");
}

#[test]
fn nothing_is_built_where_nothing_is_rewritten() {
    let folder = folder(&[CURL], &[CURL]);
    folder.write("Dockerfile", super::FINE);
    let run = verify(&folder, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("nothing to rewrite in Dockerfile"), "{run:?}");
    assert!(!folder.path("calls").exists());
}

/// Two passes, one of which is bold.
const PASSES: &str = "--select=merge-runs,clean-package-caches,no-install-recommends";

/// `dockslim fix --verify` with the fake, to which these candidates are broken.
fn earning(folder: &Folder, fails: &str, more: &[&str]) -> Command {
    let mut command = folder.command();
    command.arg("fix").args(["--verify", "--review", PASSES]).args(more);
    let environment = self::command(folder, &[]);
    command.envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("FAKE_FAILS", fails);
    command
}

fn earn(folder: &Folder, fails: &str, more: &[&str]) -> Run {
    program::run(&mut earning(folder, fails, more), b"")
}

#[test]
fn the_boldest_rewrites_that_work_are_kept() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let plain = |flags: &[&str]| folder.run(&[&["fix", PASSES], flags].concat()).stdout;
    let bold = earn(&folder, "none", &[]);
    assert_eq!((bold.code, bold.stdout), (Some(0), plain(&["--review"])), "{}", bold.stderr);
    assert!(bold.stderr.contains("kept review, built: 3.1 kB -> 2.0 kB"), "{}", bold.stderr);
    let builds = || calls(&folder).iter().filter(|call| call.starts_with("build|")).count();
    assert_eq!(builds(), 3, "the file as it is twice, and what is kept");
    let safe = earn(&folder, "candidate-1", &[]);
    assert_eq!((safe.code, safe.stdout), (Some(0), plain(&[])), "{}", safe.stderr);
    assert!(safe.stderr.contains("tried review: [2/2] RUN apt-get"), "{}", safe.stderr);
    assert!(safe.stderr.contains("the disk is on fire"), "{}", safe.stderr);
    assert_eq!(folder.read("Dockerfile"), WASTEFUL, "it is written only with --write");
    let written = earn(&folder, "none", &["--write"]);
    assert_eq!(written.code, Some(0), "{written:?}");
    assert!(folder.read("Dockerfile").contains("--no-install-recommends"));
    assert_eq!(leftovers(&folder), [""; 0]);
}

#[test]
fn a_search_for_what_works_is_told_in_one_way() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    for other in [
        "--check",
        "--output-format=json",
        "--diff-base=main",
        "--statistics",
        "--explain-declines",
    ] {
        let run = earn(&folder, "none", &[other]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{other}: {run:?}");
        assert!(run.stderr.contains("cannot be used with"), "{other}: {run:?}");
    }
    assert!(!folder.path("calls").exists(), "no builder is asked");
}

#[test]
fn a_search_knows_of_a_file_what_fix_knows() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    folder.write("dockslim.toml", "exclude = [\"Dockerfile\"]\n");
    let run = earn(&folder, "none", &["--write"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("Dockerfile: dockslim.toml:1 excludes it"), "{run:?}");
    let named = earn(&folder, "none", &["--isolated", "--context=nowhere"]);
    assert_eq!(named.code, Some(2), "{named:?}");
    assert!(named.stderr.contains("nowhere: there is no such folder"), "{named:?}");
    assert!(!folder.path("calls").exists(), "no builder is asked");
}

#[test]
fn where_nothing_works_the_file_stays() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let run = earn(&folder, "candidate-*", &["--write"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.stderr.contains("nothing that was tried is kept"), "{run:?}");
    let quiet = earn(&folder, "candidate-*", &["--write", "--quiet"]);
    assert_eq!(quiet, Run { code: Some(1), stdout: String::new(), stderr: String::new() });
    let broken = earn(&folder, "original-again", &["--write"]);
    assert_eq!(broken.code, Some(2), "{broken:?}");
    assert!(broken.stderr.contains("cannot be built as it is"), "{broken:?}");
    assert_eq!(folder.read("Dockerfile"), WASTEFUL);
}

#[test]
fn what_only_evidence_justifies_comes_on_top() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    folder.install("smoke", "#!/bin/sh\nexit 0\n");
    let text = "FROM debian:12 AS build\nRUN make\nFROM debian:12\nCOPY --from=build /a /a\nCMD [\"/a\"]\n";
    folder.write("Dockerfile", text);
    let earn = |fails: &str, more: &[&str]| {
        let mut command = folder.command();
        command.args(["fix", "--verify", "--select=split-stages", "--smoke=smoke"]).args(more);
        let environment = self::command(&folder, &[]);
        command.envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
        program::run(command.env("FAKE_FAILS", fails), b"")
    };
    let first = earn("candidate-1", &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stdout.contains("+FROM gcr.io/distroless/cc-debian12\n+USER me\n"), "{first:?}");
    let told = "tried gcr.io/distroless/static-debian12 in place of debian:12: [2/2] RUN make fails\n    the disk is on fire\n";
    assert!(first.stderr.contains(told), "{first:?}");
    assert!(first.stderr.contains("kept gcr.io/distroless/cc-debian12 in place of"), "{first:?}");
    assert_eq!(folder.read("Dockerfile"), text);
    let none = earn("candidate-*", &["--write"]);
    assert_eq!(none.code, Some(1), "{none:?}");
    assert_eq!(none.stderr.matches("in place of debian:12").count(), 2, "{none:?}");
    assert_eq!(folder.read("Dockerfile"), text);
    folder.write(
        "Dockerfile",
        text.replace("FROM debian:12\n", "# dockslim: keep\nFROM debian:12\n"),
    );
    let kept = earn("none", &[]);
    assert!(kept.stderr.contains("nothing that was tried is kept"), "{kept:?}");
    assert_eq!(leftovers(&folder), [""; 0]);
}

#[test]
fn an_image_that_loses_what_the_container_asks_for_later_is_not_kept() {
    let certificates = ("etc/ssl/certs/ca-certificates.crt", "text", 0o644);
    let folder = folder(&[CURL, LISTS, certificates], &[CURL]);
    let run = other_bases(&folder, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("it loses /etc/ssl/certs/ca-certificates.crt"), "{run:?}");
}

#[test]
fn a_program_that_starts_others_keeps_its_base() {
    // The notes of the builder do not say that COPY brought it.
    let program = ("a", "\x7fELF chunkedos/exec.(*Cmd).Startexpires", 0o755);
    let folder = folder(&[program, LISTS], &[program]);
    let run = other_bases(&folder, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("/a names os/exec"), "{run:?}");
}

#[test]
fn that_the_time_is_up_is_told_once() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let run = other_bases(&folder, &["--budget=0"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.stderr.matches("the time is up").count(), 1, "{run:?}");
}

/// Looks for a smaller base of a file that copies a program onto Debian.
fn other_bases(folder: &Folder, more: &[&str]) -> Run {
    folder.install("smoke", "#!/bin/sh\nexit 0\n");
    folder.write("Dockerfile", "FROM debian:12\nCOPY a /a\nCMD [\"/a\"]\n");
    let mut command = folder.command();
    command.args(["fix", "--verify", "--select=split-stages", "--smoke=smoke"]).args(more);
    let environment = self::command(folder, &[]);
    command.envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
    program::run(command.env("FAKE_FAILS", "none"), b"")
}

#[test]
fn a_program_that_never_ran_compares_to_nothing() {
    let folder = folder(&[CURL, LISTS], &[CURL]);
    let fake = FAKE.replace("run)\n", "run) exit 126 ;; other)\n");
    folder.install("bin/buildah", &fake);
    let run = verify(&folder, &["--", "curl", "--version"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("ended with status 126"), "{run:?}");
}

#[test]
fn a_command_for_the_images_is_not_taken_for_files() {
    let folder = folder(&[CURL], &[CURL]);
    let run = earn(&folder, "", &["--", "Dockerfile", "sh", "/hello.sh"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("takes one Dockerfile") && run.stderr.contains("--smoke"),
        "{run:?}"
    );
}
