using Gateway.Shared.Contracts;
using static Gateway.Core.Tests.Routing.Routes;

namespace Gateway.Core.Tests.Routing;

public sealed class RouteConditionTests
{
    [Theory]
    [InlineData("a.b", "a.b", 8000, true)]
    [InlineData("a.b", "A.B", 8443, true)]
    [InlineData("A.B", "a.b", 8000, true)]
    [InlineData("a.b", "x.a.b", 8000, false)]
    [InlineData("a.b:8443", "a.b", 8443, true)]
    [InlineData("a.b:8443", "a.b", 8000, false)]
    [InlineData("*.example.com", "a.example.com", 80, true)]
    [InlineData("*.example.com", "a.b.EXAMPLE.com", 80, true)]
    [InlineData("*.example.com", "example.com", 80, false)]
    [InlineData("*.example.com", ".example.com", 80, false)]
    [InlineData("*.example.com", "aexample.com", 80, false)]
    [InlineData("*.example.com:9000", "a.example.com", 9000, true)]
    [InlineData("*.example.com:9000", "a.example.com", 9001, false)]
    [InlineData("example.*", "example.com", 80, true)]
    [InlineData("example.*", "example.co.uk", 80, true)]
    [InlineData("example.*", "example.", 80, false)]
    [InlineData("example.*", "examples.com", 80, false)]
    [InlineData("[::1]:9000", "[::1]", 9000, true)]
    [InlineData("[::1]:9000", "[::1]", 9001, false)]
    public void Hosts_Entry_MatchesAsWritten(string entry, string host, int port, bool matches) =>
        Assert.Equal(matches, Winner([Route("r") with { Hosts = [entry] }], Request(host: host, port: port)) is not null);

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PURGE", true)]
    [InlineData("get", false)]
    [InlineData("POST", false)]
    public void Methods_Request_MatchesExactly(string method, bool matches) =>
        Assert.Equal(matches, Winner([Route("r") with { Methods = ["GET", "PURGE"] }], Request(method: method)) is not null);

    [Theory]
    [InlineData("/abc", "/abc", "/abc")]
    [InlineData("/abc", "/abc/", "/abc")]
    [InlineData("/abc", "/abc/x", "/abc")]
    [InlineData("/abc", "/abcdef", "/abc")]
    [InlineData("/abc", "/ab", null)]
    [InlineData("/abc", "/ABC", null)]
    [InlineData("~/v\\d+", "/v12/users", "/v12")]
    [InlineData("~/v\\d+$", "/v12/users", null)]
    [InlineData("~/v\\d+$", "/v12", "/v12")]
    [InlineData("~/b", "/a/b", null)]
    [InlineData("~/a|/b", "/b/c", "/b")]
    [InlineData("~/ab?c", "/ac", "/ac")]
    [InlineData("~/ab{0,1}c", "/ac", "/ac")]
    [InlineData("~/ab*", "/a", "/a")]
    [InlineData("~/(?i)abc", "/ABC/d", "/ABC")]
    public void Paths_Entry_ConsumesItsPart(string entry, string path, string? consumed) =>
        Assert.Equal(consumed, Router(Route("r") with { Paths = [entry] }).Match(Request(path))?.MatchedPrefix);

    [Theory]
    [InlineData("a", "A", true)]
    [InlineData("a", "ab", false)]
    [InlineData("a", "b,a", false)]
    [InlineData("~*^v[12]$", "V2", true)]
    [InlineData("~*^v[12]$", "v3", false)]
    [InlineData("~*2", "v2x", true)]
    [InlineData("~*V2", "v2", true)]
    public void Headers_Value_ComparesInLowerCase(string wanted, string actual, bool matches)
    {
        var route = Route("r") with { Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-Version"] = ["other", wanted] } };

        Assert.Equal(matches, Winner([route], Request(headers: ("x-VERSION", actual))) is not null);
    }

    [Fact]
    public void Headers_SeveralNames_AllMustHold()
    {
        var route = Route("r") with { Headers = new Dictionary<string, IReadOnlyList<string>> { ["a"] = ["1"], ["b"] = ["2"] } };

        Assert.Null(Winner([route], Request(headers: ("a", "1"))));
        Assert.Equal("r", Winner([route], Request(headers: [("a", "0"), ("a", "1"), ("b", "2")])));
    }

    [Theory]
    [InlineData("a.b", true, "a.b", true)]
    [InlineData("a.b", true, "a.b.", true)]
    [InlineData("a.b", true, "c.b", false)]
    [InlineData("a.b", true, null, false)]
    [InlineData("a.b", false, null, true)]
    [InlineData("*.b", true, "x.b", true)]
    [InlineData("a.*", true, "a.x", true)]
    [InlineData("*", true, "anything", true)]
    public void Snis_Connection_ConstrainsTlsOnly(string entry, bool isHttps, string? sni, bool matches) =>
        Assert.Equal(matches, Winner([Route("r") with { Snis = [entry] }], Request(isHttps: isHttps, sni: sni)) is not null);

    [Fact]
    public void Captures_NamedAndNumbered_CountFromTheLeft()
    {
        var match = Router(Route("r") with { Paths = ["~/(?P<first>[a-z(]+)/(\\d+)/(?<last>\\w+)(/x)?"] }).Match(Request("/ab/12/cd"));

        Assert.Equal(
            [("1", "ab"), ("2", "12"), ("3", "cd"), ("first", "ab"), ("last", "cd")],
            match!.Captures!.Select(c => (c.Key, c.Value)).Order());
    }

    [Fact]
    public void Captures_Prefix_AreAbsent() => Assert.Null(Router(Route("r") with { Paths = ["/a"] }).Match(Request("/a"))!.Captures);

    [Fact]
    public void Service_Disabled_LeavesItsRoutesOut()
    {
        var service = new ServiceConfig { Id = Guid.NewGuid(), Host = "a", Enabled = false };
        var off = Route("off") with { Paths = ["/a/b"], Service = new EntityReference(service.Id) };
        var router = new Gateway.Core.Routing.GatewayRouter([off, Route("on") with { Paths = ["/a"] }], [service]);

        Assert.Equal("on", router.Match(Request("/a/b"))?.Route.Name);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("tls_passthrough")]
    [InlineData("udp")]
    public void Protocols_OfStreams_TakeNoRequest(string protocol)
    {
        var stream = Route("stream") with { Protocols = [protocol], Snis = ["localhost"], Sources = [new AddressMatch { Ip = "127.0.0.1" }] };

        Assert.Null(Winner([stream], Request()));
        Assert.Null(Winner([stream], Request(isHttps: true, sni: "localhost")));
    }
}
