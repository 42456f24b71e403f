using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>What a file covers of a gateway that holds more: select tags, lookup tags, defaults of the file, ids, apply beside sync.</summary>
public sealed class SyncScopeTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private const string TwoTeams = """
        {"services":[{"name":"red","host":"h","tags":["team-red"],"routes":[{"name":"red-in","paths":["/red"],"tags":["team-red"]}]},
         {"name":"blue","host":"h","tags":["team-blue","prod"]}],
         "consumers":[{"username":"eve","tags":["team-red"]}],
         "plugins":[{"name":"cors","service":"red","tags":["team-red"]}]}
        """;

    public static TheoryData<DeckMode> Modes => [DeckMode.Gateway, DeckMode.Konnect, DeckMode.OlderKonnect];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task SelectTags_OfAFile_KeepEverythingElseAsItIs(DeckMode mode)
    {
        var client = await StartAsync(mode, TwoTeams);
        var file = DeckFiles.Parse("""
            {"_info":{"select_tags":["team-blue","prod"]},
             "services":[{"name":"green","host":"h","routes":[{"name":"green-in","paths":["/green"]}]}],
             "upstreams":[{"name":"pool","targets":[{"target":"a:80"}]}]}
            """);

        var outcome = (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        Assert.Equal((4, 0, 1), outcome.Summary);
        Assert.Equal(["services blue"], outcome.Deleted);
        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        var live = await DeckState.ReadAsync(client, []);
        Assert.Equal(["green", "red"], live[DeckKind.Services].Select(s => s["name"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["prod", "team-blue"], DeckFile.Texts(live[DeckKind.Targets].Single()["tags"]).Order(StringComparer.Ordinal));
        Assert.Single(live[DeckKind.Plugins]);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task LookupTags_OfAFile_LetItReferToWhatItDoesNotManage(DeckMode mode)
    {
        var client = await StartAsync(mode, TwoTeams);
        var file = DeckFiles.Parse("""
            {"_info":{"select_tags":["mine"],"default_lookup_tags":{"services":["team-red"],"consumers":["team-red"]}},
             "routes":[{"name":"mine-in","paths":["/mine"],"service":{"name":"red"}}],
             "plugins":[{"name":"rate-limiting","service":"red","consumer":"eve","config":{"minute":1}}]}
            """);

        Assert.Equal((2, 0, 0), (await DeckCommand.SyncAsync(client, file)).AssertNoFailure().Summary);

        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        file["_info"]!.AsObject().Remove("default_lookup_tags");
        await Assert.ThrowsAsync<InvalidDataException>(() => DeckCommand.SyncAsync(client, file));
        Assert.Equal(2, (await DeckState.ReadAsync(client, ["mine"])).Count);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Defaults_OfAFile_ComeBeforeThoseOfTheSchema(DeckMode mode)
    {
        var client = await StartAsync(mode, "{}");
        var file = DeckFiles.Parse("""
            {"_info":{"defaults":{"service":{"retries":1,"protocol":"https","port":8443},"route":{"strip_path":false,"https_redirect_status_code":308},
              "upstream":{"slots":50},"target":{"weight":3}}},
             "services":[{"name":"s","host":"h","retries":2,"routes":[{"name":"r","paths":["/r"]}]}],
             "upstreams":[{"name":"pool","targets":[{"target":"a:80"}]}]}
            """);

        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        var live = await DeckState.ReadAsync(client, []);
        var (service, route) = (live[DeckKind.Services].Single(), live[DeckKind.Routes].Single());
        Assert.Equal((2, "https", 8443, 60000), ((int)service["retries"]!, (string)service["protocol"]!, (int)service["port"]!, (int)service["read_timeout"]!));
        Assert.Equal((false, 308), ((bool)route["strip_path"]!, (int)route["https_redirect_status_code"]!));
        Assert.Equal((50, 3), ((int)live[DeckKind.Upstreams].Single()["slots"]!, (int)live[DeckKind.Targets].Single()["weight"]!));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Apply_FilesOneByOne_DeleteNothingAndResolveWhatIsLive(DeckMode mode)
    {
        var client = await StartAsync(mode, TwoTeams);
        var step = DeckFiles.Parse("""{"plugins":[{"name":"file-log","service":"blue","config":{"path":"/tmp/blue.log"}},{"name":"acl","consumer_group":null,"service":"red","config":{"allow":["a"]}}]}""");
        var replaced = DeckFiles.Parse("""{"services":[{"name":"blue","host":"other"}]}""");

        Assert.Equal((2, 0, 0), (await DeckCommand.ApplyAsync(client, step)).AssertNoFailure().Summary);
        Assert.Equal((0, 1, 0), (await DeckCommand.ApplyAsync(client, replaced)).AssertNoFailure().Summary);

        (await DeckCommand.ApplyAsync(client, step)).AssertNothing();
        var live = await DeckState.ReadAsync(client, []);
        Assert.Equal(3, live[DeckKind.Plugins].Count);
        var blue = live[DeckKind.Services].Single(s => s["name"]!.ToString() == "blue");
        Assert.Equal(("other", null), (blue["host"]!.ToString(), blue["tags"]));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_SameNamesUnderOtherIds_ReplaceTheEntities(DeckMode mode)
    {
        var client = await StartAsync(mode, """{"routes":[{"name":"in","paths":["/in"]}],"consumers":[{"username":"eve","keyauth_credentials":[{"key":"eves-key"}]}]}""");
        var file = DeckFiles.Parse($$"""
            {"routes":[{"id":"{{Guid.NewGuid()}}","name":"in","paths":["/in"]}],
             "consumers":[{"id":"{{Guid.NewGuid()}}","username":"eve","keyauth_credentials":[{"id":"{{Guid.NewGuid()}}","key":"eves-key"}]}]}
            """);

        (await DeckCommand.SyncAsync(client, file)).AssertNoFailure();

        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        Assert.Equal(3, (await DeckState.ReadAsync(client, [])).Count);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_NamesSwapped_EndsAsTheFileSays(DeckMode mode)
    {
        var (one, two) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var client = await StartAsync(mode, Services((one, "first"), (two, "second")));

        // A name is taken while its owner still has it, which decK reports; once it is free the write goes through.
        var swapped = await DeckCommand.SyncAsync(client, DeckFiles.Parse(Services((one, "second"), (two, "first"))));
        await DeckCommand.SyncAsync(client, DeckFiles.Parse(Services((one, "third"), (two, "second"))));
        (await DeckCommand.SyncAsync(client, DeckFiles.Parse(Services((one, "first"), (two, "second"))))).AssertNoFailure();

        Assert.All(swapped.Failed, f => Assert.Contains("409", f, StringComparison.Ordinal));
        Assert.Equal(2, swapped.Failed.Count);
        Assert.Equal(["first", "second"], (await DeckState.ReadAsync(client, []))[DeckKind.Services].Select(s => s["name"]!.ToString()).Order(StringComparer.Ordinal));

        static string Services(params (string Id, string Name)[] services) =>
            new JsonObject { ["services"] = new JsonArray([.. services.Select(s => new JsonObject { ["id"] = s.Id, ["name"] = s.Name, ["host"] = "h" })]) }.ToJsonString();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Sync_MoreThanAPage_HoldsEveryEntityOnce(DeckMode mode)
    {
        await StartAsync(mode, "{}");
        var client = await DeckClient.ConnectAsync(admin.Host, mode, pageSize: 7);
        var file = new JsonObject
        {
            ["consumers"] = new JsonArray([.. Enumerable.Range(0, 30).Select(i => new JsonObject
            {
                ["username"] = $"user {i}/ü",
                ["tags"] = new JsonArray("a b", $"t{i}"),
                ["keyauth_credentials"] = new JsonArray(new JsonObject { ["key"] = $"key-{i}" }),
            })]),
            ["upstreams"] = new JsonArray([.. Enumerable.Range(0, 3).Select(i => new JsonObject
            {
                ["name"] = $"pool{i}",
                ["targets"] = new JsonArray([.. Enumerable.Range(1, 9).Select(t => new JsonObject { ["target"] = $"10.0.{i}.{t}:80" })]),
            })]),
        };

        Assert.Equal((90, 0, 0), (await DeckCommand.SyncAsync(client, file)).AssertNoFailure().Summary);

        (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        var ids = (await DeckState.ReadAsync(client, [])).Dump().SelectMany(k => k.Value!.AsArray()).Select(e => e!["id"]!.ToString()).ToList();
        Assert.Equal((90, 90), (ids.Count, ids.Distinct().Count()));
    }

    [Fact]
    public async Task Sync_TwoAtOnceOverTheirOwnTags_BothEndAsTheirFilesSay()
    {
        await StartAsync(DeckMode.Gateway, "{}");
        var files = new[] { "one", "two" }.Select(team => DeckFiles.Parse($$"""
            {"_info":{"select_tags":["{{team}}"]},
             "services":[{{string.Join(',', Enumerable.Range(0, 12).Select(i => $$"""{"name":"{{team}}-{{i}}","host":"h","routes":[{"name":"{{team}}-in-{{i}}","paths":["/{{team}}/{{i}}"]}]}"""))}}]}
            """)).ToArray();
        var clients = await Task.WhenAll(DeckClient.ConnectAsync(admin.Host, DeckMode.Gateway), DeckClient.ConnectAsync(admin.Host, DeckMode.Konnect));

        var outcomes = await Task.WhenAll(clients.Zip(files, (client, file) => DeckCommand.SyncAsync(client, file)));

        Assert.All(outcomes, o => Assert.Equal((24, 0, 0), o.AssertNoFailure().Summary));
        foreach (var (client, file) in clients.Zip(files))
        {
            (await DeckCommand.SyncAsync(client, file)).AssertNothing();
        }
    }

    private async Task<DeckClient> StartAsync(DeckMode mode, string before)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode);
        (await DeckCommand.SyncAsync(client, DeckFiles.Parse(before))).AssertNoFailure();
        return client;
    }
}
