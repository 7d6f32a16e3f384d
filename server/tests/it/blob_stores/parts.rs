//! Objects in parts, as others' tools send them: their checksums, and what happens when an answer gets lost.

use super::{
    sdk::{BUCKET, Running, refusal, refused, running},
    support::{Outcome, content},
};
use aws_sdk_s3::{
    operation::complete_multipart_upload::builders::CompleteMultipartUploadFluentBuilder,
    primitives::ByteStream,
    types::{
        ChecksumAlgorithm, ChecksumMode, ChecksumType, CompletedMultipartUpload, CompletedPart,
    },
};

const KEY: &str = "v/1/large";
/// S3's smallest part but the last.
const PART: usize = 5 * 1024 * 1024;

/// An upload whose two parts are there.
struct Upload {
    id: String,
    parts: Vec<CompletedPart>,
    bytes: Vec<u8>,
}

async fn sent(
    it: &Running,
    algorithm: ChecksumAlgorithm,
    kind: Option<ChecksumType>,
) -> Outcome<Upload> {
    let bytes = content(5, PART + 1000);
    let request = it.client.create_multipart_upload().bucket(BUCKET).key(KEY);
    let request = request
        .checksum_algorithm(algorithm.clone())
        .set_checksum_type(kind);
    let id = request.send().await?.upload_id.ok_or("no id")?;
    let mut parts = Vec::new();
    for (number, part) in (1..).zip(bytes.chunks(PART)) {
        let upload = it
            .client
            .upload_part()
            .bucket(BUCKET)
            .key(KEY)
            .upload_id(&id);
        let upload = upload
            .part_number(number)
            .checksum_algorithm(algorithm.clone());
        let answer = upload.body(ByteStream::from(part.to_vec())).send().await?;
        let done = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(answer.e_tag);
        let done = match algorithm {
            ChecksumAlgorithm::Crc32 => done.set_checksum_crc32(answer.checksum_crc32),
            ChecksumAlgorithm::Crc64Nvme => {
                done.set_checksum_crc64_nvme(answer.checksum_crc64_nvme)
            }
            _ => done.set_checksum_sha256(answer.checksum_sha256),
        };
        parts.push(done.build());
    }
    Ok(Upload { id, parts, bytes })
}

impl Upload {
    fn complete(&self, it: &Running) -> CompleteMultipartUploadFluentBuilder {
        self.complete_with(it, self.parts.clone())
    }

    fn complete_with(
        &self,
        it: &Running,
        parts: Vec<CompletedPart>,
    ) -> CompleteMultipartUploadFluentBuilder {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts));
        let complete = it
            .client
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key(KEY);
        complete.upload_id(&self.id).multipart_upload(parts.build())
    }
}

async fn holds(it: &Running, bytes: &[u8]) -> Outcome {
    let get = it.client.get_object().bucket(BUCKET).key(KEY);
    let got = get.checksum_mode(ChecksumMode::Enabled).send().await?;
    assert_eq!(got.body.collect().await?.into_bytes(), bytes);
    Ok(())
}

/// As `aws s3 sync` writes large files: CRC-64 of all bytes, or CRC-32 of the parts'.
#[tokio::test(flavor = "multi_thread")]
async fn the_checksums_of_parts_make_the_objects() -> Outcome {
    let it = running().await?;
    let whole = sent(
        &it,
        ChecksumAlgorithm::Crc64Nvme,
        Some(ChecksumType::FullObject),
    )
    .await?;
    let done = whole.complete(&it).send().await?;
    assert_eq!(done.checksum_type(), Some(&ChecksumType::FullObject));
    holds(&it, &whole.bytes).await?;
    let copy = it.client.put_object().bucket(BUCKET).key("copy");
    let copy = copy.checksum_algorithm(ChecksumAlgorithm::Crc64Nvme);
    let copy = copy.body(ByteStream::from(whole.bytes)).send().await?;
    assert_eq!(done.checksum_crc64_nvme(), copy.checksum_crc64_nvme());

    for algorithm in [ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Sha256] {
        let parts = sent(&it, algorithm.clone(), None).await?;
        let done = parts.complete(&it).send().await?;
        let sum = match algorithm {
            ChecksumAlgorithm::Crc32 => done.checksum_crc32(),
            _ => done.checksum_sha256(),
        };
        assert!(sum.is_some_and(|sum| sum.ends_with("-2")), "{done:?}");
        assert_eq!(done.checksum_type(), Some(&ChecksumType::Composite));
        holds(&it, &parts.bytes).await?;
        let head = it.client.head_object().bucket(BUCKET).key(KEY);
        let head = head.checksum_mode(ChecksumMode::Enabled).send().await?;
        assert_eq!(head.checksum_type(), Some(&ChecksumType::Composite));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn checksums_that_do_not_fit_the_upload_are_refused() -> Outcome {
    let it = running().await?;
    let invalid = refused(400, "InvalidRequest");
    let begin = || it.client.create_multipart_upload().bucket(BUCKET).key(KEY);
    for (algorithm, kind) in [
        (ChecksumAlgorithm::Sha256, ChecksumType::FullObject),
        (ChecksumAlgorithm::Crc64Nvme, ChecksumType::Composite),
    ] {
        let begin = begin().checksum_algorithm(algorithm).checksum_type(kind);
        assert_eq!(refusal(begin.send().await), invalid);
    }
    let upload = sent(&it, ChecksumAlgorithm::Crc32, None).await?;
    let part = it
        .client
        .upload_part()
        .bucket(BUCKET)
        .key(KEY)
        .upload_id(&upload.id);
    let other = part
        .part_number(3)
        .checksum_algorithm(ChecksumAlgorithm::Sha256);
    let answer = other.body(ByteStream::from_static(b"x")).send().await;
    assert_eq!(refusal(answer), invalid);

    let bare = upload.parts.iter().map(|part| {
        let bare = CompletedPart::builder().set_part_number(part.part_number());
        bare.set_e_tag(part.e_tag().map(str::to_owned)).build()
    });
    let bare = bare.collect();
    assert_eq!(
        refusal(upload.complete_with(&it, bare).send().await),
        invalid
    );
    let mut wrong = upload.parts.clone();
    wrong[1].checksum_crc32 = Some("AAAAAA==".to_owned());
    let answer = upload.complete_with(&it, wrong).send().await;
    assert_eq!(refusal(answer), refused(400, "InvalidPart"));
    let answer = upload.complete(&it).checksum_crc32("AAAAAA==").send().await;
    assert_eq!(refusal(answer), refused(400, "BadDigest"));
    let answer = upload
        .complete(&it)
        .checksum_type(ChecksumType::FullObject)
        .send()
        .await;
    assert_eq!(refusal(answer), invalid);
    let answer = upload.complete(&it).mpu_object_size(1).send().await;
    assert_eq!(refusal(answer), invalid);
    let answer = upload.complete(&it).if_match("\"x\"").send().await;
    assert_eq!(refusal(answer), refused(501, "NotImplemented"));
    let mut backwards = upload.parts.clone();
    backwards.reverse();
    let answer = upload.complete_with(&it, backwards).send().await;
    assert_eq!(refusal(answer), refused(400, "InvalidPartOrder"));
    // None of it hurt the upload.
    upload.complete(&it).send().await?;
    holds(&it, &upload.bytes).await
}

/// The first answer may get lost: whoever asks again with the same parts is told the same, also at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_completed_twice_is_completed_once() -> Outcome {
    let it = running().await?;
    let upload = sent(&it, ChecksumAlgorithm::Crc32, None).await?;
    let complete = || upload.complete(&it).if_none_match("*").send();
    let (one, two) = tokio::join!(complete(), complete());
    let (one, two, three) = (one?, two?, complete().await?);
    assert_eq!(
        (one.e_tag(), one.checksum_crc32()),
        (two.e_tag(), two.checksum_crc32())
    );
    assert_eq!(
        (one.e_tag(), one.checksum_crc32()),
        (three.e_tag(), three.checksum_crc32())
    );
    holds(&it, &upload.bytes).await?;

    let gone = refused(404, "NoSuchUpload");
    let other = upload.complete_with(&it, upload.parts[..1].to_vec());
    assert_eq!(refusal(other.send().await), gone, "with other parts");
    let elsewhere = upload.complete(&it).key("v/1/other");
    assert_eq!(refusal(elsewhere.send().await), gone);
    let abort = it.client.abort_multipart_upload().bucket(BUCKET).key(KEY);
    assert_eq!(refusal(abort.upload_id(&upload.id).send().await), gone);
    it.put(KEY, b"another").await?;
    assert_eq!(
        refusal(complete().await),
        gone,
        "the object is another by now"
    );
    Ok(())
}
