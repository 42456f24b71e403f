using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Cli;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>The words beside sync: ping, validate, and what decK asks for though it may be missing; then our own command line in decK's place.</summary>
public sealed class ConversationTests(AdminFixture admin) : IClassFixture<AdminFixture>, IDisposable
{
    /// <summary>Where decK sends an entity to be checked, where that is not the name of its list.</summary>
    private static readonly HashSet<string> Unchecked = ["keys", "key-sets", "consumer_groups", "members"];

    private readonly TestAuthority _authority = new();

    public static TheoryData<DeckMode> Modes => [DeckMode.Gateway, DeckMode.Konnect, DeckMode.OlderKonnect];

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Ping_Gateway_ReadsTheTypesThatItsClientDemands()
    {
        var root = await (await DeckClient.ConnectAsync(admin.Host, DeckMode.Gateway)).GetAsync("/");

        Assert.Matches(@"^\d+\.\d+\.\d+$", root["version"]!.GetValue<string>());
        var configuration = root["configuration"]!;
        Assert.NotEqual("off", configuration["database"]!.GetValue<string>());
        Assert.False(configuration["portal"]!.GetValue<bool>());
        Assert.Contains(configuration["rbac"]!.GetValue<string>(), new[] { "on", "off" });
        Assert.IsType<JsonArray>(root["plugins"]!["enabled_in_cluster"]);
    }

    [Theory]
    [InlineData("/oauth2")]
    [InlineData("/mtls-auths")]
    [InlineData("/filter-chains")]
    [InlineData("/degraphql_routes")]
    [InlineData("/graphql-rate-limiting-advanced/costs")]
    [InlineData("/cloned-plugins")]
    [InlineData("/custom-plugins")]
    [InlineData("/schemas/consumer_group_plugins")]
    public async Task Read_WhatThereIsNot_AnswersWhatDeckTolerates(string path)
    {
        foreach (var mode in new[] { DeckMode.Gateway, DeckMode.Konnect })
        {
            var answer = await (await DeckClient.ConnectAsync(admin.Host, mode)).SendAsync(HttpMethod.Get, path + "?size=1000", null);

            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Validate_EveryEntityOfASoundFile_IsAcceptedAndNotStored(DeckMode mode)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode);
        var before = (await DeckState.ReadAsync(client, [])).Count;

        foreach (var entity in new DeckFile(DeckFiles.Everything(_authority)).Entities.Where(e => !Unchecked.Contains(e.Kind.Collection)))
        {
            var body = WithReferences(entity);
            var answer = await client.SendAsync(HttpMethod.Post, $"/schemas/{entity.Kind.List}/validate", body);

            Assert.True(answer.Status == HttpStatusCode.OK, $"{entity.Kind.List}: {answer.Text} {body}");
        }

        Assert.Equal(before, (await DeckState.ReadAsync(client, [])).Count);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Validate_UnknownField_IsRefusedWithItsName(DeckMode mode)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode);

        foreach (var kind in DeckKind.All.Where(k => !Unchecked.Contains(k.Collection)))
        {
            var answer = await client.SendAsync(HttpMethod.Post, $"/schemas/{kind.List}/validate", new JsonObject { ["no_such_field"] = 1 });

            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Contains("no_such_field: unknown field", answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(DeckMode.Gateway)]
    [InlineData(DeckMode.Konnect)]
    public async Task CommandLine_SyncDumpAndSyncOfTheDump_ChangeNothingTheSecondTime(DeckMode mode)
    {
        var file = DeckFiles.Everything(_authority);
        var service = file["services"]![0]!.AsObject();
        service["client_certificate"] = service["client_certificate"]!["id"]!.DeepClone();
        file["routes"]![0]!.AsObject().Remove("service");

        var first = await RunAsync(mode, file.ToJsonString(), "gateway", "sync", "-");
        var again = await RunAsync(mode, file.ToJsonString(), "gateway", "sync", "-");
        var dump = await RunAsync(mode, "", "gateway", "dump");
        var dumped = await RunAsync(mode, dump.Stdout, "gateway", "sync", "-");
        (await DeckCommand.DiffAsync(await DeckClient.ConnectAsync(admin.Host, mode), file)).AssertNothing();
        var reset = await RunAsync(mode, "", "gateway", "reset", "-f");

        Assert.Equal((0, 0), (first.ExitCode, dump.ExitCode));
        Assert.EndsWith(CliRun.Summary(0, 0, 0), again.Stdout, StringComparison.Ordinal);
        Assert.EndsWith(CliRun.Summary(0, 0, 0), dumped.Stdout, StringComparison.Ordinal);
        Assert.Equal(0, reset.ExitCode);
        Assert.Equal(0, (await DeckState.ReadAsync(await DeckClient.ConnectAsync(admin.Host, mode), [])).Count);
    }

    private Task<CliRun> RunAsync(DeckMode mode, string stdin, params string[] words)
    {
        var address = admin.Host.AdminUrl.ToString().TrimEnd('/');
        return mode == DeckMode.Gateway
            ? CliRun.RunAsync((FakeAdminApi?)null, [.. words, "--kong-addr", address, "--headers", "Kong-Admin-Token:" + admin.Host.Token], stdin)
            : CliRun.RunAsync(
                null, words, stdin, ("DECK_KONNECT_ADDR", address), ("DECK_KONNECT_TOKEN", admin.Host.Token), ("DECK_KONNECT_CONTROL_PLANE_NAME", "quickstart"));
    }

    /// <summary>As decK sends it: references are ids that need not lead anywhere yet.</summary>
    private static JsonObject WithReferences(WantedEntity entity)
    {
        var body = entity.Body.DeepClone().AsObject();
        foreach (var field in entity.Kind.Foreign.Keys.Where(f => body[f] is not null || entity.Parents.ContainsKey(f)))
        {
            body[field] = new JsonObject { ["id"] = Guid.NewGuid().ToString() };
        }

        foreach (var link in body["partials"] is JsonArray links ? links.OfType<JsonObject>() : [])
        {
            link["id"] = Guid.NewGuid().ToString();
        }

        return body;
    }
}
