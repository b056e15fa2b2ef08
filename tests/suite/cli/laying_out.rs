//! Does `dockslim fmt` have the manners of `dockslim fix`?

use crate::program::Folder;

const ROUGH: &str = "from debian:12\nRUN a && \\\n  b\n";
const SMOOTH: &str = "FROM debian:12\nRUN a \\\n    && b\n";

#[test]
fn a_diff_unless_it_is_told_to_write() {
    let folder = Folder::with(&[("Dockerfile", ROUGH)]);
    let run = folder.run(&["fmt"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.starts_with("--- Dockerfile\n+++ Dockerfile\n@@"), "{}", run.stdout);
    assert!(run.stdout.contains("\n+    && b\n"), "{}", run.stdout);
    assert_eq!(run.stderr, "1 of 1 file would be laid out otherwise; apply with --write\n");
    assert_eq!(folder.read("Dockerfile"), ROUGH);

    let run = folder.run(&["fmt", "--write"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert_eq!(run.stderr, "laid out 1 of 1 file\n");
    assert_eq!(folder.read("Dockerfile"), SMOOTH);
    assert_eq!(folder.run(&["fmt"]).stderr, "nothing to lay out in 1 file\n");
}

#[test]
fn check_fails_where_something_is_to_be_done() {
    let folder = Folder::with(&[("Dockerfile", ROUGH), ("smooth.Dockerfile", SMOOTH)]);
    let run = folder.run(&["fmt", "--check", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert!(!run.stdout.contains("smooth"), "{}", run.stdout);
    assert_eq!(folder.run(&["fmt", "--check", "smooth.Dockerfile"]).code, Some(0));
}

#[test]
fn standard_input_is_filtered() {
    let folder = Folder::with(&[]);
    let run = folder.run_with_input(&["fmt", "-"], ROUGH);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), SMOOTH));
    let run = folder.run_with_input(&["fmt", "-"], SMOOTH);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), SMOOTH));
    let run = folder.run_with_input(&["fmt", "--write", "-"], ROUGH);
    assert_eq!(run.code, Some(2));
}

#[test]
fn editorconfig_is_heeded() {
    let style = "root = true\n[*.Dockerfile]\nindent_style = tab\nmax_line_length = 20\n\
                 end_of_line = crlf\n[other.Dockerfile]\nindent_size = 2\nindent_style = space\n";
    let long = "FROM debian:12\nRUN first-step && second-step\n";
    let folder = Folder::with(&[
        (".editorconfig", style),
        ("a.Dockerfile", long),
        ("other.Dockerfile", long),
        ("Dockerfile", long),
    ]);
    assert_eq!(folder.run(&["fmt", "--write"]).code, Some(0));
    let wanted = "FROM debian:12\r\nRUN first-step \\\r\n\t&& second-step\r\n";
    assert_eq!(folder.read("a.Dockerfile"), wanted);
    assert_eq!(folder.read("other.Dockerfile"), wanted.replace('\t', "  "));
    assert_eq!(folder.read("Dockerfile"), long);
    let run = folder.run_with_input(&["fmt", "--stdin-filename", "x.Dockerfile", "-"], long);
    assert_eq!(run.stdout, wanted);
}

#[test]
fn a_broken_editorconfig_is_said_and_in_nobodys_way() {
    let folder = Folder::with(&[
        (".editorconfig", "[*]\nindent_size = 2\nnonsense\n"),
        ("Dockerfile", ROUGH),
    ]);
    let run = folder.run(&["fmt", "--write"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stderr.contains(".editorconfig: "), "{}", run.stderr);
    assert_eq!(folder.read("Dockerfile"), SMOOTH);
}

#[test]
fn templates_are_left_alone() {
    let folder = Folder::with(&[("Dockerfile", "FROM {{ base }}\nrun   a\n")]);
    let run = folder.run(&["fmt", "--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert!(run.stderr.contains("left alone"), "{}", run.stderr);
}

#[test]
fn fix_lays_out_its_result_if_asked() {
    let folder = Folder::with(&[("Dockerfile", "from debian:12\nRUN a\nRUN b\n")]);
    let run = folder.run(&["fix", "--write", "--fmt"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(folder.read("Dockerfile"), SMOOTH);
    let run = folder.run(&["fix", "--check", "--fmt"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
}

#[test]
fn fix_says_that_only_the_layout_changes() {
    let folder = Folder::with(&[("Dockerfile", "FROM debian:12-slim\n\nrun  a\n")]);
    let run = folder.run(&["fix", "--check", "--fmt"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(
        run.stderr,
        "Dockerfile:3: fmt: the file would be laid out otherwise from here on\n\
         1 rewrite in 1 file; apply with --write\n"
    );
    let run = folder.run(&["fix", "--check", "--fmt", "--output-format", "github"]);
    assert!(run.stdout.contains("line=3,endLine=3,title=dockslim fmt::"), "{}", run.stdout);
    let run = folder.run(&["fix", "--check", "--fmt", "--output-format", "sarif"]);
    assert!(run.stdout.contains("\"ruleId\": \"fmt\""), "{}", run.stdout);
    assert_eq!(folder.run(&["fix", "--check"]).code, Some(0), "unasked, the layout is left alone");
}

#[test]
fn what_a_shell_would_not_read_is_said() {
    let folder = Folder::with(&[("Dockerfile", "FROM debian:12-slim\nRUN if [ x ]; then\n")]);
    let run = folder.run(&["fmt"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""));
    assert!(run.stderr.starts_with("Dockerfile:2: warning: "), "{run:?}");
}

#[test]
fn comments_that_speak_to_the_formatter_in_vain_are_told() {
    for (comment, body, said) in [
        ("keep fnt", "run  a", "Dockerfile:2: warning: `fnt` is no pass; did you mean `fmt`?"),
        ("keep fmt", "RUN a", "Dockerfile:2: warning: nothing here would be laid out otherwise"),
        ("keep fmt", "", "Dockerfile:2: warning: no instruction follows that it could keep"),
        ("keep fmt", "run  a", "nothing to lay out"),
        ("keep fmt, merge-runs", "RUN a", "nothing to lay out"),
        ("keep", "RUN a", "nothing to lay out"),
    ] {
        let text = format!("FROM debian:12-slim\n# dockslim: {comment}\n{body}\n");
        let run = Folder::with(&[("Dockerfile", text.as_str())]).run(&["fmt"]);
        assert!(run.stderr.starts_with(said), "{run:?}");
    }
}

#[test]
fn statistics_count_places() {
    let folder = Folder::with(&[("Dockerfile", ROUGH), ("smooth.Dockerfile", SMOOTH)]);
    let run = folder.run(&["fmt", "--statistics"]);
    assert_eq!(run.stdout, "fmt: 1 rewritten, 0 offered, 0 left alone\n", "{run:?}");
}
