using Gateway.Core.Upstreams;
using static Gateway.Core.Tests.Routing.Routes;

namespace Gateway.Core.Tests.Upstreams;

public sealed class UpstreamPathTests
{
    [Theory]
    [InlineData("/", "/", true, "/route/req", "/route/req")]
    [InlineData("/", "/", false, "/route/req", "/route/req")]
    [InlineData("/", "/route", false, "/route/", "/route/")]
    [InlineData("/", "/route", true, "/route", "/")]
    [InlineData("/", "/route", true, "/route/", "/")]
    [InlineData("/", "/route", true, "/routereq", "/req")]
    [InlineData("/", "/route/", true, "/route/req", "/req")]
    [InlineData("/srv", "/rou", false, "/roureq", "/srv/roureq")]
    [InlineData("/srv", "/rou", true, "/roureq", "/srv/req")]
    [InlineData("/srv/", "/rou", true, "/rou", "/srv")]
    [InlineData("/srv/", "/rou", false, "/rou", "/srv/rou")]
    [InlineData("/service", "/", true, "/", "/service")]
    [InlineData("/service", "/", false, "/", "/service")]
    [InlineData("/service", "/", true, "/route", "/service/route")]
    [InlineData("/service", "/", false, "/route", "/service/route")]
    [InlineData("/service", "/route", true, "/route", "/service")]
    [InlineData("/service", "/route", true, "/route/", "/service/")]
    [InlineData("/service", "/route", true, "/routereq", "/service/req")]
    [InlineData("/service", "/route/", true, "/route/", "/service/")]
    [InlineData("/service", "/route/", true, "/route/req", "/service/req")]
    [InlineData("/service/", "/route", true, "/route", "/service")]
    [InlineData("/service/", "/route", true, "/route/", "/service/")]
    [InlineData("/service/", "/route", true, "/routereq", "/service/req")]
    [InlineData("/service/", "/", true, "/route/", "/service/route/")]
    [InlineData("/service/", "/", false, "/route/", "/service/route/")]
    [InlineData("/service", null, true, "/route/", "/service/route/")]
    [InlineData("/service", null, false, "/route/", "/service/route/")]
    [InlineData("/service", null, true, "/", "/service")]
    [InlineData("/service", null, false, "/", "/service")]
    [InlineData("/service", "/route", true, "/route./req", "/service/req")]
    [InlineData("/service", "/route", true, "/route%2E%2E/req", "/service/req")]
    [InlineData("/service", "/route", false, "/route%2E/req", "/service/route./req")]
    [InlineData(null, "/codex", true, "/codex/responses", "/responses")]
    [InlineData("/anything", "/anything", true, "/anything/v1/messages", "/anything/v1/messages")]
    [InlineData("/api", "~/v\\d+", true, "/v2/users", "/api/users")]
    [InlineData("/api", "~/v\\d+$", true, "/v2", "/api")]
    [InlineData("/api", "/a", true, "/a..", "/api")]
    public void Join_MatchedRequest_GivesTheUpstreamPath(string? servicePath, string? routePath, bool strip, string request, string expected)
    {
        var route = Route("r") with { Paths = routePath is null ? null : [routePath], Hosts = routePath is null ? ["localhost"] : null };
        var path = RequestPath.Normalise(request);
        var match = Router(route).Match(Request(path))!;

        Assert.Equal(expected, UpstreamPath.Join(servicePath, path, match.MatchedPrefix, strip));
    }
}
