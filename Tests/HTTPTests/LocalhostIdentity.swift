import HTTPServing

/// Certificates for `localhost` alone, each signed by itself, and their keys; nothing trusts them.
enum LocalhostIdentity {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBlDCCATugAwIBAgIUdLf9lsC71G83W+ykRxqczOu9SMcwCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDE2MTA0N1oYDzIxMjYxMDI3
    MTYxMDQ3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAARLR5JY0mpuP6lq5mBCzFpFtVCrblCaDpEtKH7Zv0D/MLk8ryujZArh
    CTsWlf5tmn8WYIrd6NkzIYh1d8P0uBhZo2kwZzAdBgNVHQ4EFgQUNP9p7y39zTbv
    pL9JviWyY9M7yX4wHwYDVR0jBBgwFoAUNP9p7y39zTbvpL9JviWyY9M7yX4wDwYD
    VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
    RwAwRAIgNAIJ8GPUQmI3g3mDTqkw72uxFgD09E0Z9/FJ4Reaub8CIA/gpzcwVoeF
    RekrlnJn3GiaFGFUU5VrxTG7nyMVQ1+z
    -----END CERTIFICATE-----
    """
  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgX2jL53xycp952qfs
    2qMpn/2ybXKReE0Nlgm8wtKEB16hRANCAARLR5JY0mpuP6lq5mBCzFpFtVCrblCa
    DpEtKH7Zv0D/MLk8ryujZArhCTsWlf5tmn8WYIrd6NkzIYh1d8P0uBhZ
    -----END PRIVATE KEY-----
    """

  static let identity = TLSIdentity(
    certificatePEM: Array((certificate + "\n").utf8), keyPEM: Array((key + "\n").utf8))

  static let otherCertificate = """
    -----BEGIN CERTIFICATE-----
    MIIBlTCCATugAwIBAgIUSKKaCTQ0oplGazCwFh2v9KDRcwkwCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDIwMjQ1OVoYDzIxMjYxMDI3
    MjAyNDU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAAQ2cv9V2oXLQ8pjBjkxrATsMuK3567f3YL7EMEIvlOWjfF/JcXKfqtk
    l2GG8b5jNJO4sFwkxJhX3hb7LTG56TO1o2kwZzAdBgNVHQ4EFgQU9Zs1lpGQkgoG
    9aQ6L/IuUm8STDswHwYDVR0jBBgwFoAU9Zs1lpGQkgoG9aQ6L/IuUm8STDswDwYD
    VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
    SAAwRQIhAM94V/exQY87E933TlQHgBq+SUxfWO0wsjrfnmElaUlyAiBfZeyLe2wl
    Wphi96JssHa/f4NN6Vv5GacXpiNr4fEccQ==
    -----END CERTIFICATE-----
    """
  private static let otherKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRLRjivNCaxqJODwy
    bJ737ZqKdcWMyHjmH3sah/G+LBehRANCAAQ2cv9V2oXLQ8pjBjkxrATsMuK3567f
    3YL7EMEIvlOWjfF/JcXKfqtkl2GG8b5jNJO4sFwkxJhX3hb7LTG56TO1
    -----END PRIVATE KEY-----
    """

  static let otherIdentity = TLSIdentity(
    certificatePEM: Array((otherCertificate + "\n").utf8),
    keyPEM: Array((otherKey + "\n").utf8))
}
