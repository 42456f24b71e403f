using System.Text.Json.Nodes;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>sync, diff, apply and reset over files with entities of every kind: what a file asks for is there afterwards, and asking again changes nothing.</summary>
public sealed class SyncTests(AdminFixture admin) : IClassFixture<AdminFixture>, IDisposable
{
    private readonly TestAuthority _authority = new();

    public static TheoryData<DeckMode> Modes => [DeckMode.Gateway, DeckMode.Konnect, DeckMode.OlderKonnect];

    public void Dispose() => _authority.Dispose();

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_EveryKind_CreatesThenChangesNothing(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        var file = DeckFiles.Everything(_authority);
        var wanted = new DeckFile(file).Entities;

        var planned = await DeckCommand.DiffAsync(client, file);
        Assert.Equal(0, (await DeckState.ReadAsync(client, [])).Count);
        var first = (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();
        var dump = (await DeckState.ReadAsync(client, [])).Dump();

        Assert.Equal(DeckKind.All.Count, wanted.Select(w => w.Kind).Distinct().Count());
        Assert.Equal((wanted.Count, 0, 0), planned.Summary);
        Assert.Equal((wanted.Count, 0, 0), first.Summary);
        (await DeckCommand.DiffAsync(client, file)).AssertNothing();
        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        (await DeckCommand.ApplyAsync(client, file)).AssertNothing();
        Assert.Equal(CanonicalJson.Of(dump), CanonicalJson.Of((await DeckState.ReadAsync(client, [])).Dump()));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_FlatNotation_IsTheSameFile(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        var file = DeckFiles.Everything(_authority);
        var flat = DeckFiles.Flat(file);
        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        Assert.True(flat["keyauth_credentials"]!.AsArray().Count == 2 && flat["targets"]!.AsArray().Count == 3);
        (await DeckCommand.SyncAsync(client, flat)).AssertNothing();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_SeveralFiles_AreOne(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        var file = DeckFiles.Everything(_authority);
        var parts = file.Where(m => m.Value is JsonArray)
            .Select(m => new JsonObject { ["_format_version"] = "3.0", [m.Key] = m.Value!.DeepClone() }).ToArray();

        (await DeckCommand.SyncAsync(client, parts)).AssertNoFailure();

        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_FileWithIds_KeepsThemAndChangesNothing(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        var file = WithIds(DeckFiles.Everything(_authority));

        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        var live = await DeckState.ReadAsync(client, []);
        Assert.All(new DeckFile(file).Entities.Where(e => e.Kind != DeckKind.Members), e => Assert.NotNull(live.FindById(e.Kind, DeckState.Id(e.Body))));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Put_EveryEntityAsItWasRead_ChangesOnlyItsTime(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        (await DeckCommand.SyncAsync(client, DeckFiles.Everything(_authority))).AssertNoFailure();
        var before = await DeckState.ReadAsync(client, []);

        foreach (var kind in DeckKind.All.Where(k => k.Below is null && k != DeckKind.Members))
        {
            foreach (var entity in before[kind])
            {
                var answer = await client.WriteAsync(HttpMethod.Put, $"/{kind.Collection}/{DeckState.Id(entity)}", entity);
                Assert.Equal(Untimed(entity), Untimed(answer.Json));
            }
        }

        Assert.Equal(Untimed(before.Dump()), Untimed((await DeckState.ReadAsync(client, [])).Dump()));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_EntityTakenOut_DeletesThatOne(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        var file = DeckFiles.Everything(_authority);
        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        file["upstreams"]![0]!["targets"]!.AsArray().RemoveAt(1);
        file["consumers"]![1]!["groups"]!.AsArray().RemoveAt(0);
        file["routes"]!.AsArray().RemoveAt(1);
        file["plugins"]!.AsArray().RemoveAt(3);
        var outcome = (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        Assert.Equal(4, outcome.Deleted.Count);
        Assert.Equal((0, 0, 4), outcome.Summary);
        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_FieldsChanged_UpdatesThoseEntitiesOnly(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        var file = DeckFiles.Everything(_authority);
        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        file["services"]![0]!["retries"] = 1;
        file["services"]![0]!["routes"]![0]!["paths"] = new JsonArray("~/items/(?<id>[0-9]+)$", "/shop");
        file["services"]![0]!["plugins"]![0]!["config"]!["add"]!["headers"] = new JsonArray("x-a:1");
        file["consumer_groups"]![1]!["tags"] = new JsonArray("metal", "heavy");
        file["upstreams"]![0]!["targets"]![0]!["weight"] = 7;
        file["upstreams"]![1]!["hash_fallback"] = "none";
        file["vaults"]![0]!["config"]!["prefix"] = "OTHER_";
        file["plugins"]![0]!.AsObject()["enabled"] = false;
        var outcome = (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        Assert.Equal((0, 8, 0), outcome.Summary);
        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Reset_Everything_LeavesEmptyLists(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        (await DeckCommand.SyncAsync(client, DeckFiles.Everything(_authority))).AssertNoFailure();

        (await DeckCommand.ResetAsync(client)).AssertNoFailure();

        Assert.Equal(0, (await DeckState.ReadAsync(client, [])).Count);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_AnswersLost_AreAskedAgainAndDoNoHarm(DeckMode mode)
    {
        var client = await EmptyAsync(mode);
        var file = DeckFiles.Parse("""{"services":[{"name":"a","host":"h"},{"name":"b","host":"h"}],"consumers":[{"username":"c","keyauth_credentials":[{"key":"some-key"}]}]}""");
        client.LostAnswers = 3;

        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        Assert.Equal(0, client.LostAnswers);
        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
    }

    private async Task<DeckClient> EmptyAsync(DeckMode mode)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode);
        (await DeckCommand.ResetAsync(client)).AssertNoFailure();
        return client;
    }

    /// <summary>Gives every entity an id of its own; references stay names.</summary>
    private static JsonObject WithIds(JsonObject file)
    {
        var copy = file.DeepClone().AsObject();
        AddIds(copy);
        return copy;

        static void AddIds(JsonObject parent)
        {
            foreach (var (name, value) in parent)
            {
                var isEntities = name is not ("groups" or "partials") || parent.ContainsKey("_format_version");
                foreach (var entity in isEntities ? (value as JsonArray)?.OfType<JsonObject>() ?? [] : [])
                {
                    entity["id"] ??= Guid.NewGuid().ToString();
                    AddIds(entity);
                }
            }
        }
    }

    private static string Untimed(JsonObject document)
    {
        var copy = document.DeepClone();
        Remove(copy);
        return CanonicalJson.Of(copy);

        static void Remove(JsonNode? node)
        {
            (node as JsonObject)?.Remove("updated_at");
            foreach (var child in node is JsonObject members ? members.Select(m => m.Value) : node as JsonArray ?? [])
            {
                Remove(child);
            }
        }
    }
}
