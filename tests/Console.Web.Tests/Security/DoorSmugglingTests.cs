using ConsoleWeb.Tests.Hosting;
using Gateway.Testing.Wire;

namespace ConsoleWeb.Tests.Security;

/// <summary>
/// The corpus of requests with two readings, at the Admin API and at the console: a proxy in front of either may read the one way where
/// the product reads the other. Each is refused once and its connection ended; nothing hidden in it is answered.
/// </summary>
public sealed class DoorSmugglingTests(DoorSmugglingTests.Fixture fixture) : IClassFixture<DoorSmugglingTests.Fixture>
{
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static readonly string[] Doors = ["admin", "console"];

    public static IEnumerable<TheoryDataRow<string, string>> RefusedRows => from door in Doors from name in WireCorpus.Refused select new TheoryDataRow<string, string>(door, name);

    public static IEnumerable<TheoryDataRow<string, string>> PlainRows => from door in Doors from name in WireCorpus.Plain select new TheoryDataRow<string, string>(door, name);

    [Theory]
    [MemberData(nameof(RefusedRows))]
    public async Task Request_WithTwoReadings_IsRefusedAndItsConnectionEnded(string door, string name)
    {
        var answers = await SendAsync(door, WireCorpus.All[name].Bytes);

        Assert.True(answers.IsOver, "the connection stayed open");
        Assert.Equal("", answers.Rest);
        var answer = Assert.Single(answers.Messages);
        Assert.Matches("^HTTP/1.1 (4..|505) ", answer.FirstLine);
        Assert.Equal("close", answer.Header("Connection"));
        Assert.True(answer.Body.Length > 0 || door == "console", "a program is told nothing");
    }

    /// <summary>As many answers as requests, and then that of the probe: nothing was taken for a request that is none, nor a request for something else.</summary>
    [Theory]
    [MemberData(nameof(PlainRows))]
    public async Task Request_WithOneReading_IsAnsweredOnce(string door, string name)
    {
        var test = WireCorpus.All[name];

        var answers = await SendAsync(door, test.Bytes);

        Assert.True(answers.IsOver, "the connection stayed open");
        Assert.Equal("", answers.Rest);
        // Who refuses a request without reading its body may end the connection.
        var isEnded = answers.Messages[^1].Header("Connection") == "close" && answers.Messages.Count <= test.Seen!.Length;
        Assert.True(isEnded || answers.Messages.Count == test.Seen!.Length + 1, $"{string.Join(' ', answers.Statuses)}");
        Assert.DoesNotContain("500", answers.Statuses);
    }

    /// <summary>Sends a request to an endpoint that reads bodies: with a token to the Admin API, to the sign-in of the console.</summary>
    private Task<WireAnswers> SendAsync(string door, string bytes)
    {
        var (port, path, lines) = door == "admin"
            ? (fixture.Host.AdminUrl.Port, " /services ", $"Kong-Admin-Token: {fixture.Host.Token}\r\nContent-Type: application/json\r\n")
            : (fixture.Host.ConsoleUrl.Port, " /login ", "Content-Type: application/x-www-form-urlencoded\r\n");
        const string host = "Host: localhost\r\n";
        var at = bytes.IndexOf(host, StringComparison.Ordinal);
        var text = at < 0 ? bytes : bytes.Insert(at + host.Length, lines);
        return WireClient.SendAsync(port, text.Replace(" /x ", path, StringComparison.Ordinal) + Probe, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private TestHost? _host;

        internal TestHost Host => _host!;

        public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync("Gateway:Console:AdminUser=ada", "Gateway:Console:AdminPassword=some words that do fit");

        public async ValueTask DisposeAsync()
        {
            if (_host is not null)
            {
                await _host.DisposeAsync();
            }
        }
    }
}
