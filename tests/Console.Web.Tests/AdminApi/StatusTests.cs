using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary><c>GET /status</c>: sizes in the unit asked for, and connections as they are.</summary>
public sealed class StatusTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData("", @"^\d+\.\d\d MiB$")]
    [InlineData("?unit=k", @"^\d+\.\d\d KiB$")]
    [InlineData("?unit=M&scale=0", @"^\d+ MiB$")]
    [InlineData("?unit=g&scale=4", @"^\d+\.\d{4} GiB$")]
    public async Task Memory_InAUnit_IsTextWithThatUnit(string query, string pattern)
    {
        var memory = (await admin.Host.GetAsync("/status" + query))["memory"]!;

        Assert.Matches(pattern, memory["resident"]!.GetValue<string>());
        Assert.Matches(pattern, memory["workers_lua_vms"]![0]!["http_allocated_gc"]!.GetValue<string>());
    }

    [Fact]
    public async Task Memory_InBytes_IsANumber() =>
        Assert.InRange((await admin.Host.GetAsync("/status?unit=b"))["memory"]!["resident"]!.GetValue<long>(), 1 << 20, 1L << 40);

    [Theory]
    [InlineData("?unit=x", "invalid unit 'x' (expected 'b/B', 'k/K', 'm/M' or 'g/G')")]
    [InlineData("?unit=mb", "invalid unit 'mb' (expected 'b/B', 'k/K', 'm/M' or 'g/G')")]
    [InlineData("?scale=-1", "invalid scale '-1' (expected a whole number from 0 to 10)")]
    public async Task Memory_UnknownUnitOrScale_Answers400(string query, string message) =>
        AdminFixture.AssertIs(HttpStatusCode.BadRequest, $$"""{"message":"{{message}}"}""", await admin.Host.GetAsync("/status" + query));

    [Fact]
    public async Task Connections_SilentUsedAndBusy_AreToldApart()
    {
        await using var host = await TestHost.StartAsync();
        var token = TestContext.Current.CancellationToken;
        var first = await ServerAsync(host);
        Assert.Equal((0, 0, 1), (first("connections_reading"), first("connections_waiting"), first("connections_writing")));

        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, host.ProxyUrl.Port, token);
        using var used = new TcpClient();
        await used.ConnectAsync(IPAddress.Loopback, host.ProxyUrl.Port, token);
        await used.GetStream().WriteAsync("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), token);
        Assert.NotEqual(0, await used.GetStream().ReadAsync(new byte[64], token));

        Assert.True(await Poll.UntilAsync(async () =>
        {
            var server = await ServerAsync(host);
            return (server("connections_reading"), server("connections_waiting"), server("connections_writing")) == (1, 1, 1);
        }));
        var later = await ServerAsync(host);
        Assert.Equal((3, 3, 3), (later("connections_active"), later("connections_accepted"), later("connections_handled")));

        silent.Close();
        used.Close();

        Assert.True(await Poll.UntilAsync(async () => (await ServerAsync(host))("connections_active") == 1));
        Assert.Equal(3, (await ServerAsync(host))("connections_accepted"));
    }

    [Fact]
    public async Task Requests_OfEveryListener_AreCounted()
    {
        await using var host = await TestHost.StartAsync();
        var before = (await ServerAsync(host))("total_requests");

        await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(host.ProxyUrl, "/nowhere")));
        await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(host.ConsoleUrl, "/healthz")));

        Assert.Equal(before + 3, (await ServerAsync(host))("total_requests"));
    }

    private static async Task<Func<string, long>> ServerAsync(TestHost host)
    {
        var server = (await host.GetAsync("/status"))["server"]!;
        return name => server[name]!.GetValue<JsonElement>().GetInt64();
    }
}
