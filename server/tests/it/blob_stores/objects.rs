//! What others' tools send to the embedded store beside what we send: each is honoured, or refused with S3's own
//! error, and never ignored.

use super::{
    sdk::{BUCKET, refusal, refused, running},
    support::{Outcome, content},
};
use aws_sdk_s3::{
    primitives::{ByteStream, DateTime},
    types::{
        ChecksumAlgorithm, ChecksumMode, EncodingType, ObjectLockLegalHoldStatus, ObjectLockMode,
        StorageClass,
    },
};
use std::time::{Duration, SystemTime};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_no_listing_can_name_is_refused() -> Outcome {
    let it = running().await?;
    for key in [
        "a\u{1}b",
        "a\tb",
        "a\nb",
        "a\rb",
        "a\u{7f}b",
        "a\u{85}b",
        "v/\u{b}/x",
        "a\u{FFFE}b",
    ] {
        let put = it.client.put_object().bucket(BUCKET).key(key);
        let answer = put.body(ByteStream::from_static(b"x")).send().await;
        assert_eq!(refusal(answer), refused(400, "InvalidArgument"), "{key:?}");
        let begun = it.client.create_multipart_upload().bucket(BUCKET).key(key);
        let answer = begun.send().await;
        assert_eq!(refusal(answer), refused(400, "InvalidArgument"), "{key:?}");
    }
    let keys = ["a b+c%.txt", "ä/&<>\"'", "v/1/(x)~=1"];
    for key in keys {
        it.put(key, b"x").await?;
    }
    let list = || it.client.list_objects_v2().bucket(BUCKET);
    let plain = list().send().await?;
    let names: Vec<_> = plain.contents().iter().filter_map(|it| it.key()).collect();
    assert_eq!(names, ["a b+c%.txt", "v/1/(x)~=1", "ä/&<>\"'"]);
    let url = list().encoding_type(EncodingType::Url);
    let url = url.prefix("v/1/(").start_after("a b").send().await?;
    let names: Vec<_> = url.contents().iter().filter_map(|it| it.key()).collect();
    assert_eq!(names, ["v/1/%28x%29%7E%3D1"]);
    assert_eq!(
        (url.prefix(), url.start_after()),
        (Some("v/1/%28"), Some("a+b"))
    );
    assert_eq!(url.encoding_type(), Some(&EncodingType::Url));

    // What the caller itself says must fit the answer too.
    let answer = list().prefix("a\u{1}").send().await;
    assert_eq!(refusal(answer), refused(400, "InvalidArgument"));
    let encoded = list().prefix("a\u{1}").encoding_type(EncodingType::Url);
    assert_eq!(encoded.send().await?.prefix(), Some("a%01"));
    for token in ["a\u{1}", "no token"] {
        let answer = list().continuation_token(token).send().await;
        assert_eq!(
            refusal(answer),
            refused(400, "InvalidArgument"),
            "{token:?}"
        );
    }
    let answer = list()
        .encoding_type(EncodingType::from("base64"))
        .send()
        .await;
    assert_eq!(refusal(answer), refused(400, "InvalidArgument"));
    let answer = list().max_keys(-1).send().await;
    assert_eq!(refusal(answer), refused(400, "InvalidArgument"));
    for answer in [
        list().delimiter("/").send().await,
        list().fetch_owner(true).send().await,
    ] {
        assert_eq!(refusal(answer), refused(501, "NotImplemented"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conditions_of_a_read_are_honoured() -> Outcome {
    let it = running().await?;
    let tag = it.put("v/1/x", b"hello").await?;
    let get = || it.client.get_object().bucket(BUCKET).key("v/1/x");
    let head = || it.client.head_object().bucket(BUCKET).key("v/1/x");
    let modified = *head().send().await?.last_modified().ok_or("no time")?;
    let second = |by: i64| DateTime::from_secs(modified.secs() + by);

    get().if_match(&tag).send().await?;
    get()
        .if_match("*")
        .if_unmodified_since(modified)
        .send()
        .await?;
    get()
        .if_none_match("\"other\"")
        .if_modified_since(modified)
        .send()
        .await?;
    get().if_modified_since(second(-1)).send().await?;
    head()
        .if_match(&tag)
        .if_unmodified_since(second(-1))
        .send()
        .await?;

    let failed = refused(412, "PreconditionFailed");
    assert_eq!(refusal(get().if_match("\"other\"").send().await), failed);
    let weak = format!("W/{tag}");
    assert_eq!(refusal(get().if_match(&weak).send().await), failed);
    assert_eq!(
        refusal(get().if_unmodified_since(second(-1)).send().await),
        failed
    );
    assert_eq!(refusal(head().if_match("\"other\"").send().await).0, 412);
    for answer in [
        get().if_none_match(&tag).send().await,
        get()
            .if_none_match(&tag)
            .if_modified_since(second(-1))
            .send()
            .await,
        get().if_none_match("*").send().await,
        get().if_modified_since(modified).send().await,
    ] {
        let error = answer.expect_err("not modified");
        let response = error.raw_response().ok_or("no response")?;
        assert_eq!(response.status().as_u16(), 304);
        assert_eq!(response.headers().get("etag"), Some(tag.as_str()));
    }
    assert_eq!(refusal(head().if_none_match(&tag).send().await).0, 304);

    // A range that was asked for on the condition of a tag, which the library does not read.
    let answer = get()
        .range("bytes=0-1")
        .customize()
        .mutate_request(|request| {
            request.headers_mut().insert("if-range", "\"other\"");
        });
    assert_eq!(refusal(answer.send().await), refused(501, "NotImplemented"));

    let put = || it.client.put_object().bucket(BUCKET).key("v/1/x");
    let answer = put().if_match(&tag).send().await;
    assert_eq!(refusal(answer), refused(501, "NotImplemented"));
    let answer = put().if_none_match(&tag).send().await;
    assert_eq!(refusal(answer), refused(501, "NotImplemented"));
    let answer = put().if_none_match("*").send().await;
    assert_eq!(refusal(answer), refused(412, "PreconditionFailed"));
    let delete = it.client.delete_object().bucket(BUCKET).key("v/1/x");
    let answer = delete.if_match("\"other\"").send().await;
    assert_eq!(refusal(answer), refused(501, "NotImplemented"));
    let body = get().send().await?.body.collect().await?.into_bytes();
    assert_eq!(&body[..], b"hello", "nothing was written or deleted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_nothing_is_no_part() -> Outcome {
    let it = running().await?;
    it.put("empty", b"").await?;
    it.put("five", b"hello").await?;
    let get = |key: &str, range: &str| it.client.get_object().bucket(BUCKET).key(key).range(range);
    for range in ["bytes=-5", "bytes=0-", "bytes=0-0"] {
        let answer = get("empty", range).send().await;
        assert_eq!(refusal(answer), refused(416, "InvalidRange"), "{range}");
    }
    for range in ["bytes=-0", "bytes=5-"] {
        let answer = get("five", range).send().await;
        assert_eq!(refusal(answer), refused(416, "InvalidRange"), "{range}");
    }
    let tail = get("five", "bytes=-50").send().await?;
    assert_eq!(tail.content_range(), Some("bytes 0-4/5"));
    let head = it.client.head_object().bucket(BUCKET).key("five");
    let head = head.range("bytes=1-2").send().await?;
    assert_eq!(
        (head.content_range(), head.content_length()),
        (Some("bytes 1-2/5"), Some(2))
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_is_refused() -> Outcome {
    let it = running().await?;
    it.put("x", b"hello").await?;
    let none = refused(501, "NotImplemented");
    let get = || it.client.get_object().bucket(BUCKET).key("x");
    get().version_id("null").send().await?;
    let answer = get().version_id("3HL4kqtJvjVBH40Nrjfkd").send().await;
    assert_eq!(refusal(answer), refused(400, "InvalidArgument"));
    assert_eq!(refusal(get().part_number(1).send().await), none);
    assert_eq!(
        refusal(get().sse_customer_algorithm("AES256").send().await),
        none
    );
    let answer = get().expected_bucket_owner("111122223333").send().await;
    assert_eq!(refusal(answer), refused(403, "AccessDenied"));
    let head = || it.client.head_object().bucket(BUCKET).key("x");
    assert_eq!(refusal(head().version_id("other").send().await).0, 400);
    assert_eq!(refusal(head().part_number(1).send().await).0, 501);
    assert_eq!(
        refusal(head().response_content_type("text/html").send().await).0,
        501
    );
    let shown = get().response_content_type("text/html").send().await?;
    assert_eq!(shown.content_type(), Some("text/html"));
    let delete = || it.client.delete_object().bucket(BUCKET).key("x");
    let answer = delete().version_id("other").send().await;
    assert_eq!(refusal(answer), refused(400, "InvalidArgument"));
    let answer = delete().bypass_governance_retention(true).send().await;
    assert_eq!(refusal(answer), none);

    let tomorrow = DateTime::from(SystemTime::now() + Duration::from_hours(24));
    let put = || it.client.put_object().bucket(BUCKET).key("locked");
    for put in [
        put().object_lock_mode(ObjectLockMode::Compliance),
        put().object_lock_retain_until_date(tomorrow),
        put().object_lock_legal_hold_status(ObjectLockLegalHoldStatus::On),
        put().tagging("a=b"),
        put().cache_control("no-store"),
        put().website_redirect_location("/y"),
        put().sse_customer_key("x"),
        put().write_offset_bytes(1),
    ] {
        assert_eq!(refusal(put.send().await), none);
    }
    let answer = put().storage_class(StorageClass::Glacier).send().await;
    assert_eq!(refusal(answer), refused(400, "InvalidStorageClass"));
    let begin = || {
        it.client
            .create_multipart_upload()
            .bucket(BUCKET)
            .key("locked")
    };
    for begin in [
        begin().object_lock_mode(ObjectLockMode::Governance),
        begin().object_lock_retain_until_date(tomorrow),
        begin().object_lock_legal_hold_status(ObjectLockLegalHoldStatus::Off),
        begin().tagging("a=b"),
    ] {
        assert_eq!(refusal(begin.send().await), none);
    }
    let bucket = it.client.create_bucket().bucket("with-locks");
    let answer = bucket.object_lock_enabled_for_bucket(true).send().await;
    assert_eq!(refusal(answer), none);
    let missing = it.client.head_bucket().bucket("with-locks").send().await;
    assert_eq!(refusal(missing).0, 404, "the bucket was not made");
    assert_eq!(refusal(head().key("locked").send().await).0, 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_ends_at_two_kilobytes() -> Outcome {
    let it = running().await?;
    let put = |bytes: usize| {
        let put = it.client.put_object().bucket(BUCKET).key("x");
        put.metadata("k", "\"".repeat(bytes - 1))
            .content_encoding("gzip")
            .body(ByteStream::from_static(b"x"))
            .send()
    };
    put(2048).await?;
    let head = it.client.head_object().bucket(BUCKET).key("x");
    let head = head.send().await?;
    let kept = head.metadata().and_then(|it| it.get("k"));
    assert_eq!(kept.map(String::len), Some(2047));
    assert_eq!(head.content_encoding(), Some("gzip"));
    let too_large = refused(400, "MetadataTooLarge");
    assert_eq!(refusal(put(2049).await), too_large);
    assert_eq!(refusal(put(9 * 1024).await), too_large);
    let begin = it.client.create_multipart_upload().bucket(BUCKET).key("y");
    let answer = begin.metadata("k", "v".repeat(9 * 1024)).send().await;
    assert_eq!(refusal(answer), too_large);
    let long = it.client.put_object().bucket(BUCKET).key("y");
    let answer = long.content_type("t".repeat(9 * 1024)).send().await;
    assert_eq!(refusal(answer), too_large);
    Ok(())
}

/// As `aws s3 sync` writes small files, with each of the algorithms, before the body and behind it.
#[tokio::test(flavor = "multi_thread")]
async fn each_checksum_is_verified_kept_and_told() -> Outcome {
    let it = running().await?;
    let bytes = content(7, 100_000);
    let file = it.dir.path().join("file");
    tokio::fs::write(&file, &bytes).await?;
    let algorithms = [
        ChecksumAlgorithm::Crc32,
        ChecksumAlgorithm::Crc32C,
        ChecksumAlgorithm::Crc64Nvme,
        ChecksumAlgorithm::Sha1,
        ChecksumAlgorithm::Sha256,
    ];
    for algorithm in algorithms {
        for from_file in [false, true] {
            let body = if from_file {
                ByteStream::from_path(&file).await?
            } else {
                ByteStream::from(bytes.clone())
            };
            let put = it
                .client
                .put_object()
                .bucket(BUCKET)
                .key(algorithm.as_str());
            put.checksum_algorithm(algorithm.clone())
                .body(body)
                .send()
                .await?;
            let head = it
                .client
                .head_object()
                .bucket(BUCKET)
                .key(algorithm.as_str());
            let head = head.checksum_mode(ChecksumMode::Enabled).send().await?;
            let sum = match algorithm {
                ChecksumAlgorithm::Crc32 => head.checksum_crc32(),
                ChecksumAlgorithm::Crc32C => head.checksum_crc32_c(),
                ChecksumAlgorithm::Crc64Nvme => head.checksum_crc64_nvme(),
                ChecksumAlgorithm::Sha1 => head.checksum_sha1(),
                _ => head.checksum_sha256(),
            };
            assert!(sum.is_some(), "{algorithm} from a file: {from_file}");
            assert_eq!(head.content_encoding(), None, "how it came is not kept");
            // The client checks what it reads against the checksum.
            let get = it
                .client
                .get_object()
                .bucket(BUCKET)
                .key(algorithm.as_str());
            let got = get.checksum_mode(ChecksumMode::Enabled).send().await?;
            assert_eq!(got.body.collect().await?.into_bytes(), bytes);
        }
    }
    Ok(())
}

/// And one that does not fit, that is none, or that nobody knows, is refused with S3's own errors.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_checksum_keeps_nothing() -> Outcome {
    let it = running().await?;
    let put = || {
        let put = it.client.put_object().bucket(BUCKET).key("wrong");
        put.body(ByteStream::from_static(b"hello"))
    };
    // Of "hello"; then of other bytes.
    put().checksum_crc32("NhCmhg==").send().await?;
    it.client
        .delete_object()
        .bucket(BUCKET)
        .key("wrong")
        .send()
        .await?;
    let bad = refused(400, "BadDigest");
    assert_eq!(refusal(put().checksum_crc32("NhCmhw==").send().await), bad);
    assert_eq!(
        refusal(put().checksum_crc32_c("NhCmhw==").send().await),
        bad
    );
    let answer = put().checksum_crc64_nvme("AAAAAAAAAAA=").send().await;
    assert_eq!(refusal(answer), bad);
    let answer = put()
        .checksum_sha1("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        .send()
        .await;
    assert_eq!(refusal(answer), bad);
    let invalid = refused(400, "InvalidRequest");
    for sum in ["NhCm", "not base64", "AAAAAAAAAAA="] {
        let answer = put().checksum_crc32(sum).send().await;
        assert_eq!(refusal(answer), invalid, "{sum}");
    }
    let two = put()
        .checksum_crc32("NhCmhg==")
        .checksum_crc32_c("mnG7TA==");
    assert_eq!(refusal(two.send().await), invalid);
    let unknown = put().customize().mutate_request(|request| {
        request
            .headers_mut()
            .insert("x-amz-checksum-xxhash64", "AAAAAAAAAAA=");
    });
    assert_eq!(
        refusal(unknown.send().await),
        refused(501, "NotImplemented")
    );
    let head = it
        .client
        .head_object()
        .bucket(BUCKET)
        .key("wrong")
        .send()
        .await;
    assert_eq!(refusal(head).0, 404, "nothing that was refused is kept");
    Ok(())
}
