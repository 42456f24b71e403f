using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema.Entities;

/// <summary>Upstreams: what is hashed and how targets are chosen depend on each other.</summary>
public sealed class UpstreamTests
{
    [Theory]
    [InlineData("""{}""", "round-robin", "none")]
    [InlineData("""{"hash_on":"ip"}""", "consistent-hashing", "ip")]
    [InlineData("""{"hash_on":"none","algorithm":"consistent-hashing"}""", "round-robin", "none")]
    [InlineData("""{"hash_on":"ip","algorithm":"least-connections"}""", "least-connections", "none")]
    [InlineData("""{"hash_on":"ip","algorithm":"latency"}""", "latency", "none")]
    [InlineData("""{"hash_on":"ip","algorithm":"round-robin"}""", "consistent-hashing", "ip")]
    [InlineData("""{"algorithm":"consistent-hashing"}""", "consistent-hashing", "none")]
    public void Algorithm_AndWhatIsHashed_AgreeInTheEnd(string json, string algorithm, string hashOn)
    {
        var upstream = Documents.Accepted(EntityKinds.Upstreams.Normalise(With(json)));

        Assert.Equal((algorithm, hashOn), ((string?)upstream["algorithm"], (string?)upstream["hash_on"]));
    }

    [Fact]
    public void Algorithm_InAPatch_FollowsWhatThePatchSays()
    {
        var hashed = Documents.Accepted(EntityKinds.Upstreams.Normalise(With("""{"hash_on":"ip"}""")));
        var options = new NormaliseOptions { Existing = hashed };

        var counted = Documents.Accepted(EntityKinds.Upstreams.Normalise(Documents.Json("""{"algorithm":"least-connections"}"""), options));
        var plain = Documents.Accepted(EntityKinds.Upstreams.Normalise(Documents.Json("""{"hash_on":"none"}"""), options));
        var renamed = Documents.Accepted(EntityKinds.Upstreams.Normalise(Documents.Json("""{"slots":100}"""), options));

        Assert.Equal(("least-connections", "none"), ((string?)counted["algorithm"], (string?)counted["hash_on"]));
        Assert.Equal(("round-robin", "none"), ((string?)plain["algorithm"], (string?)plain["hash_on"]));
        Assert.Equal(("consistent-hashing", "ip"), ((string?)renamed["algorithm"], (string?)renamed["hash_on"]));
    }

    [Theory]
    [InlineData("""{"hash_on":"header"}""", "hash_on_header", "required field missing")]
    [InlineData("""{"hash_on":"cookie"}""", "hash_on_cookie", "required field missing")]
    [InlineData("""{"hash_on":"query_arg"}""", "hash_on_query_arg", "required field missing")]
    [InlineData("""{"hash_on":"uri_capture"}""", "hash_on_uri_capture", "required field missing")]
    [InlineData("""{"hash_on":"ip","hash_fallback":"header"}""", "hash_fallback_header", "required field missing")]
    [InlineData("""{"hash_on":"ip","hash_fallback":"cookie"}""", "hash_on_cookie", "required field missing")]
    [InlineData("""{"hash_on":"ip","hash_fallback":"ip"}""", "hash_fallback", "expected one of: none, consumer, header, cookie, path, query_arg, uri_capture")]
    [InlineData("""{"hash_on":"cookie","hash_on_cookie":"c","hash_fallback":"ip"}""", "hash_fallback", "expected one of: none")]
    [InlineData("""{"hash_fallback":"ip"}""", "hash_fallback", "expected one of: none")]
    public void Hash_WithoutWhatItNeeds_IsRefusedAtThatField(string json, string place, string text) =>
        Assert.Contains((place, text), Documents.Refused(EntityKinds.Upstreams.Normalise(With(json))).Flatten());

    [Theory]
    [InlineData("""{"hash_on":"header","hash_on_header":"x-a","hash_fallback":"header","hash_fallback_header":"x-a"}""", "'hash_on_header', 'hash_fallback_header'")]
    [InlineData("""{"hash_on":"query_arg","hash_on_query_arg":"a","hash_fallback":"query_arg","hash_fallback_query_arg":"a"}""", "'hash_on_query_arg', 'hash_fallback_query_arg'")]
    public void Hash_OnTheSameTwice_IsRefused(string json, string fields) => Assert.Equal(
        [("", $"values of these fields must be distinct: {fields}")],
        Documents.Refused(EntityKinds.Upstreams.Normalise(With(json))).Flatten());

    [Theory]
    [InlineData("10.0.0.1", "Invalid name ('10.0.0.1'); no ip addresses allowed")]
    [InlineData("::1", "Invalid name ('::1'); no ip addresses allowed")]
    [InlineData("pool:80", "Invalid name ('pool:80'); no port allowed")]
    [InlineData("my pool", "Invalid name ('my pool'); must be a valid hostname")]
    public void Name_ThatIsNoHostName_IsRefused(string name, string text) => Assert.Equal(
        [("name", text)],
        Documents.Refused(EntityKinds.Upstreams.Normalise(Documents.Json($$"""{"name":"{{name}}"}"""))).Flatten());

    [Fact]
    public void Healthchecks_Absent_AreOffAndComplete()
    {
        var upstream = Documents.Accepted(EntityKinds.Upstreams.Normalise(With("{}")));

        Assert.Equal(
            CanonicalJson.Of("""
                {"threshold":0,
                 "active":{"type":"http","timeout":1,"concurrency":10,"http_path":"/","https_sni":null,"https_verify_certificate":true,"headers":null,
                   "healthy":{"interval":0,"successes":0,"http_statuses":[200,302]},
                   "unhealthy":{"interval":0,"tcp_failures":0,"timeouts":0,"http_failures":0,"http_statuses":[429,404,500,501,502,503,504,505]}},
                 "passive":{"type":"http",
                   "healthy":{"successes":0,"http_statuses":[200,201,202,203,204,205,206,207,208,226,300,301,302,303,304,305,306,307,308]},
                   "unhealthy":{"tcp_failures":0,"timeouts":0,"http_failures":0,"http_statuses":[429,500,503]}}}
                """),
            CanonicalJson.Of(upstream["healthchecks"]));
    }

    [Fact]
    public void Healthchecks_PatchOfOneLeaf_LeavesTheRest()
    {
        var stored = Documents.Accepted(EntityKinds.Upstreams.Normalise(With("""{"healthchecks":{"active":{"type":"https","healthy":{"interval":5}}}}""")));

        var active = Documents.Accepted(EntityKinds.Upstreams.Normalise(
            Documents.Json("""{"healthchecks":{"active":{"healthy":{"successes":2}}}}"""), new NormaliseOptions { Existing = stored }))["healthchecks"]!["active"]!;

        Assert.Equal("https", (string?)active["type"]);
        Assert.Equal("""{"interval":5,"http_statuses":[200,302],"successes":2}""", active["healthy"]!.ToJsonString());
    }

    private static System.Text.Json.Nodes.JsonObject With(string json)
    {
        var document = Documents.Json(json);
        document["name"] = "pool";
        return document;
    }
}
