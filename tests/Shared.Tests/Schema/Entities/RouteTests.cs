using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema.Entities;

/// <summary>Routes: which conditions go with which protocols.</summary>
public sealed class RouteTests
{
    [Theory]
    [InlineData("""{"paths":["/a"]}""")]
    [InlineData("""{"methods":["GET"]}""")]
    [InlineData("""{"hosts":["example.com"]}""")]
    [InlineData("""{"headers":{"x-a":["1"]}}""")]
    [InlineData("""{"snis":["example.com"]}""")]
    [InlineData("""{"protocols":["http"],"paths":["/a"]}""")]
    [InlineData("""{"protocols":["grpc"],"paths":["/a"]}""")]
    [InlineData("""{"protocols":["grpcs"],"snis":["example.com"]}""")]
    [InlineData("""{"protocols":["tcp","tls","udp"],"sources":[{"ip":"10.0.0.0/8"},{"port":80}]}""")]
    [InlineData("""{"protocols":["tls"],"snis":["example.com"]}""")]
    [InlineData("""{"protocols":["tls_passthrough"],"snis":["*"]}""")]
    public void Normalise_RouteWithAConditionOfItsProtocol_IsAccepted(string json) => Assert.False(EntityKinds.Routes.Normalise(Documents.Json(json)).IsError);

    [Theory]
    [InlineData("""{}""", "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'")]
    [InlineData("""{"paths":[]}""", "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'")]
    [InlineData("""{"protocols":["http"]}""", "must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http'")]
    [InlineData("""{"protocols":["grpc"]}""", "must set one of 'hosts', 'headers', 'paths' when 'protocols' is 'grpc'")]
    [InlineData("""{"protocols":["grpcs"]}""", "must set one of 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'grpcs'")]
    [InlineData("""{"protocols":["tcp"]}""", "must set one of 'sources', 'destinations', 'snis' when 'protocols' is 'tcp', 'tls' or 'udp'")]
    [InlineData("""{"protocols":["tls_passthrough"]}""", "must set 'snis' when 'protocols' is 'tls_passthrough'")]
    public void Normalise_RouteWithoutCondition_IsRefused(string json, string text) =>
        Assert.Equal([("", text)], Documents.Refused(EntityKinds.Routes.Normalise(Documents.Json(json))).Flatten());

    [Theory]
    [InlineData("""{"protocols":["http","grpc"],"paths":["/a"],"strip_path":false}""", "protocols", "these sets are mutually exclusive: ('http', 'https'), ('grpc', 'grpcs')")]
    [InlineData("""{"protocols":[],"paths":["/a"]}""", "protocols", "length must be at least 1")]
    [InlineData("""{"protocols":["ftp"],"paths":["/a"]}""", "protocols.1", "expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp")]
    [InlineData("""{"paths":["a"]}""", "paths.1", "should start with: / (fixed path) or ~/ (regex path)")]
    [InlineData("""{"paths":["/ok","/a/../b"]}""", "paths.2", "non-normalized path, consider use '/b' instead")]
    [InlineData("""{"hosts":["*.a.*"]}""", "hosts.1", "invalid wildcard: must have at most one wildcard")]
    [InlineData("""{"methods":["get"]}""", "methods.1", "invalid value: get")]
    [InlineData("""{"headers":{"Host":["a"]}}""", "headers", "cannot contain 'host' header, which must be specified in the 'hosts' attribute")]
    [InlineData("""{"headers":{"x-a":"1"}}""", "headers.x-a", "expected an array")]
    [InlineData("""{"paths":["/a"],"https_redirect_status_code":303}""", "https_redirect_status_code", "expected one of: 426, 301, 302, 307, 308")]
    [InlineData("""{"paths":["/a"],"path_handling":"v2"}""", "path_handling", "expected one of: v0, v1")]
    [InlineData("""{"paths":["/a"],"expression":"x"}""", "expression", "unknown field")]
    public void Normalise_FaultyField_IsNamed(string json, string place, string text) =>
        Assert.Equal([(place, text)], Documents.Refused(EntityKinds.Routes.Normalise(Documents.Json(json))).Flatten());

    [Theory]
    [InlineData("""{"paths":["/a"],"sources":[{"port":1}]}""", "sources", "length must be 0", "cannot set 'sources' when 'protocols' is 'http' or 'https'")]
    [InlineData("""{"protocols":["grpc"],"paths":["/a"],"methods":["GET"]}""", "methods", "length must be 0", "cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'")]
    [InlineData("""{"protocols":["grpc"],"paths":["/a"],"strip_path":true}""", "strip_path", "value must be false", "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'")]
    [InlineData("""{"protocols":["http"],"paths":["/a"],"snis":["a"]}""", "snis", "length must be 0", "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'")]
    [InlineData("""{"protocols":["tls"],"snis":["a"],"hosts":["a"]}""", "hosts", "length must be 0", "cannot set 'hosts' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'")]
    public void Normalise_ConditionOfAnotherProtocol_IsNamedThereAndAtTheWhole(string json, string place, string text, string whole) =>
        Assert.Equal([("", whole), (place, text)], Documents.Refused(EntityKinds.Routes.Normalise(Documents.Json(json))).Flatten());

    [Theory]
    [InlineData("""{"paths":["/a"]}""", true)]
    [InlineData("""{"protocols":["grpc"],"paths":["/a"]}""", false)]
    [InlineData("""{"protocols":["grpcs"],"paths":["/a"],"strip_path":false}""", false)]
    public void StripPath_Absent_FollowsTheProtocol(string json, bool strips) =>
        Assert.Equal(strips, (bool)Documents.Accepted(EntityKinds.Routes.Normalise(Documents.Json(json)))["strip_path"]!);

    [Fact]
    public void Normalise_EmptyAddressCondition_IsRefused()
    {
        var error = Documents.Refused(EntityKinds.Routes.Normalise(Documents.Json("""{"protocols":["tcp"],"sources":[{"port":80},{}]}""")));

        Assert.Contains(("sources.2", "at least one of these fields must be non-empty: 'ip', 'port'"), error.Flatten());
    }
}
