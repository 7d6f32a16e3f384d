//! How the installation is, and what is still missing up to the first call.

use super::{Failure, get, post_empty};
use orderline_protocol::system::{CheckupView, PlatformSteps, ShopSteps, SystemView};

/// `GET /api/platform/system`.
pub async fn read() -> Result<SystemView, Failure> {
    get("/api/platform/system").await
}

/// `POST /api/platform/checkup`: looks at everything now.
pub async fn check_now() -> Result<CheckupView, Failure> {
    post_empty("/api/platform/checkup").await
}

/// `GET /api/platform/steps`.
pub async fn platform_steps() -> Result<PlatformSteps, Failure> {
    get("/api/platform/steps").await
}

/// `GET /api/vendor/steps`.
pub async fn shop_steps() -> Result<ShopSteps, Failure> {
    get("/api/vendor/steps").await
}
