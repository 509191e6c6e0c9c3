from reports.output.content_security import content_security_policy


def test_scripts_are_named_by_their_digests_and_nothing_is_fetched() -> None:
    policy = content_security_policy(["", "alert(1)"])
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    # By `openssl dgst -sha256 -binary | base64`.
    assert rules["script-src"] == (
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    )
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data: blob:"
    assert "unsafe-eval" not in policy
