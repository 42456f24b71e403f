using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema.Entities;

/// <summary>Services and their shorthand <c>url</c>.</summary>
public sealed class ServiceTests
{
    [Theory]
    [InlineData("http://example.com", "http", "example.com", 80, null)]
    [InlineData("https://example.com", "https", "example.com", 443, null)]
    [InlineData("https://example.com/", "https", "example.com", 443, "/")]
    [InlineData("https://api.example.com:8443/v1/chat", "https", "api.example.com", 8443, "/v1/chat")]
    [InlineData("http://httpbin.konghq.com/anything", "http", "httpbin.konghq.com", 80, "/anything")]
    [InlineData("HTTPS://example.com", "https", "example.com", 443, null)]
    [InlineData("http://127.0.0.1:9000", "http", "127.0.0.1", 9000, null)]
    [InlineData("http://[::1]:9000/a", "http", "[::1]", 9000, "/a")]
    [InlineData("http://[::1]/a", "http", "[::1]", 80, "/a")]
    [InlineData("http://example.com/a?b=c#d", "http", "example.com", 80, "/a")]
    [InlineData("http://example.com?b=c", "http", "example.com", 80, null)]
    [InlineData("http://user:pass@example.com/a", "http", "example.com", 80, "/a")]
    [InlineData("grpc://example.com:9000", "grpc", "example.com", 9000, null)]
    [InlineData("example.com", "http", "example.com", 80, null)]
    [InlineData("example.com:443/a", "https", "example.com", 443, "/a")]
    [InlineData("example.com:80", "http", "example.com", 80, null)]
    [InlineData("localhost:3000", "http", "localhost", 3000, null)]
    public void Url_StandsForFourFields(string url, string protocol, string host, int port, string? path)
    {
        var service = Documents.Accepted(EntityKinds.Services.Normalise(Documents.Json($$"""{"url":"{{url}}"}""")));

        Assert.Equal((protocol, host, port, path), ((string?)service["protocol"], (string?)service["host"], (int)(long)service["port"]!, (string?)service["path"]));
        Assert.False(service.ContainsKey("url"));
    }

    [Theory]
    [InlineData("\"http://\"", "url", "invalid value: http://")]
    [InlineData("\"http://:80\"", "url", "invalid value: http://:80")]
    [InlineData("\"http://example.com:port\"", "url", "invalid value: http://example.com:port")]
    [InlineData("\"http://example.com:\"", "url", "invalid value: http://example.com:")]
    [InlineData("\"/path\"", "url", "invalid value: /path")]
    [InlineData("\"\"", "url", "invalid value: ")]
    [InlineData("5", "url", "expected a string")]
    [InlineData("\"ftp://example.com\"", "protocol", "expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp")]
    [InlineData("\"http://exa mple.com\"", "host", "invalid value: exa mple.com")]
    [InlineData("\"http://example.com:70000\"", "port", "value should be between 0 and 65535")]
    [InlineData("\"http://example.com/a b\"", "path", "invalid path: '/a b' (characters outside of the reserved list of RFC 3986 found)")]
    public void Url_ThatIsNone_IsNamedOnce(string url, string place, string text)
    {
        var flat = Documents.Refused(EntityKinds.Services.Normalise(Documents.Json($$"""{"url":{{url}},"host":"h"}"""))).Flatten();

        Assert.Equal([(place, text)], flat);
    }

    [Fact]
    public void Url_ThatIsNone_DoesNotAskForTheHostAsWell() =>
        Assert.Equal([("url", "invalid value: http://")], Documents.Refused(EntityKinds.Services.Normalise(Documents.Json("""{"url":"http://"}"""))).Flatten());

    [Fact]
    public void Url_BesidesOtherFields_Wins()
    {
        var service = Documents.Accepted(EntityKinds.Services.Normalise(
            Documents.Json("""{"url":"https://example.com","host":"other","port":1,"protocol":"http","path":"/x"}""")));

        Assert.Equal(("example.com", "https", 443, null), ((string?)service["host"], (string?)service["protocol"], (int)(long)service["port"]!, (string?)service["path"]));
    }

    [Fact]
    public void Url_InAPatch_ReplacesAllFour_NullLeavesThem()
    {
        var stored = Documents.Accepted(EntityKinds.Services.Normalise(Documents.Json("""{"url":"https://example.com/a","retries":2}""")));
        var options = new NormaliseOptions { Existing = stored };

        var moved = Documents.Accepted(EntityKinds.Services.Normalise(Documents.Json("""{"url":"http://other"}"""), options));
        var same = Documents.Accepted(EntityKinds.Services.Normalise(Documents.Json("""{"url":null}"""), options));

        Assert.Equal(("other", "http", 80, null, 2), ((string?)moved["host"], (string?)moved["protocol"], (int)(long)moved["port"]!, (string?)moved["path"], (int)(long)moved["retries"]!));
        Assert.Equal(("example.com", "/a"), ((string?)same["host"], (string?)same["path"]));
    }

    [Theory]
    [InlineData("""{}""", "schema violation (host: required field missing)")]
    [InlineData("""{"host":"h:80"}""", "schema violation (host: must not have a port)")]
    [InlineData("""{"host":"h","path":"a"}""", "schema violation (path: should start with: /)")]
    [InlineData("""{"host":"h","connect_timeout":0}""", "schema violation (connect_timeout: value should be between 1 and 2147483646)")]
    [InlineData("""{"host":"h","retries":32768}""", "schema violation (retries: value should be between 0 and 32767)")]
    [InlineData(
        """{"host":"h","protocol":"grpc","path":"/a"}""",
        "2 schema violations (failed conditional validation given value of field 'protocol'; path: value must be null)")]
    [InlineData(
        """{"host":"h","protocol":"http","tls_verify":false}""",
        "2 schema violations (failed conditional validation given value of field 'protocol'; tls_verify: value must be null)")]
    [InlineData("""{"host":"h","protocol":"https","ca_certificates":["x"]}""", "schema violation (ca_certificates.1: expected a valid UUID)")]
    public void Normalise_FaultyService_IsRefused(string json, string message) =>
        Assert.Equal(message, Documents.Refused(EntityKinds.Services.Normalise(Documents.Json(json))).Message);

    [Theory]
    [InlineData("https", "tls_verify", "true")]
    [InlineData("tls", "tls_verify_depth", "3")]
    [InlineData("https", "ca_certificates", "[\"0198a7c0-1111-7000-8000-000000000001\"]")]
    [InlineData("tls_passthrough", "tls_verify", null)]
    public void Normalise_TlsSetting_GoesWithTls(string protocol, string field, string? value)
    {
        var service = Documents.Accepted(EntityKinds.Services.Normalise(
            Documents.Json($$"""{"host":"h","protocol":"{{protocol}}","{{field}}":{{value ?? "null"}}}""")));

        Assert.Equal(value, service[field]?.ToJsonString());
    }
}
