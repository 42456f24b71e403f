using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using ConsoleWeb.Features.Transfer;
using ConsoleWeb.Tests.Hosting;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.Features.Transfer;

public sealed class ImportServiceTests : IAsyncLifetime
{
    private const string Tutorial = """
        _format_version: "3.0"
        services:
        - name: codex-service
          url: http://localhost:80
          routes:
          - name: codex-route
            paths:
            - /codex
            plugins:
            - name: request-transformer
              config:
                remove:
                  headers:
                  - x-api-key
        consumers:
        - username: ada
          keyauth_credentials:
          - key: ${{ env "DECK_ADA_KEY" }}
          groups:
          - name: gold
        consumer_groups:
        - name: gold
        """;

    private static readonly Actor Editor = new("ada", "console", MaySeeSecrets: false, MayWrite: true);

    private TestHost? _host;

    private static string Secret => string.Concat("ada-", "key-", "0123456789");

    private ImportService Imports => _host!.Services.GetRequiredService<ImportService>();

    private IEntityService Entities => _host!.Services.GetRequiredService<IEntityService>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host!.DisposeAsync();

    [Fact]
    public async Task Preview_NewFile_ShowsCreatesOnlyAndWritesNothing()
    {
        var preview = await LookAsync(Tutorial);

        Assert.Equal((7, 0, 0), (preview.Created, preview.Updated, preview.Deleted));
        Assert.Equal(
            ["consumer ada", "consumer_group gold", "service codex-service", "route codex-route", "plugin request-transformer"],
            preview.Changes.Where(c => c.Kind != EntityKinds.KeyAuthCredentials && c.Kind != EntityKinds.ConsumerGroupMembers).Select(c => $"{c.Kind.Singular} {c.Name}"));
        Assert.Equal(0, Entities.Version);
    }

    [Fact]
    public async Task Apply_ThenTheSameFile_HasNoChanges()
    {
        var made = await Imports.ApplyAsync(await LookAsync(Tutorial), Editor, Cancelled);
        Assert.Equal(1, made.Value);
        Assert.Equal("localhost", Entities.Find(EntityKinds.Services, "codex-service", Editor)!["host"]!.ToString());

        Assert.Empty((await LookAsync(Tutorial)).Changes);
        Assert.Empty((await LookAsync(Tutorial, deletes: true)).Changes);

        var version = await _host!.Services.GetRequiredService<HistoryService>().FindAsync(1, Cancelled);
        Assert.Equal(("import", "import: 7 created", "ada"), (version!.Row.Source, version.Row.Summary, version.Row.Actor));
    }

    [Fact]
    public async Task Preview_AfterDeckSawNoDifference_HasNoneEither()
    {
        await ApplyAsync(Tutorial);

        var run = await Cli.CliRun.RunAsync(_host!, isKonnect: false, ["gateway", "diff", "-"], Tutorial, ("DECK_ADA_KEY", Secret));

        Assert.EndsWith(Cli.CliRun.Summary(0, 0, 0), run.Stdout, StringComparison.Ordinal);
        Assert.Empty((await LookAsync(Tutorial, deletes: true)).Changes);
    }

    [Fact]
    public async Task Preview_ChangedField_NamesItBeforeAndAfter()
    {
        await ApplyAsync(Tutorial);

        var change = Assert.Single((await LookAsync(Tutorial.Replace("http://localhost:80", "http://localhost:81", StringComparison.Ordinal))).Changes);

        Assert.Equal(("update", "codex-service"), (change.Action, change.Name));
        var field = Assert.Single(change.Fields);
        Assert.Equal(("port", "80", "81"), (field.Path, field.Before!.ToJsonString(), field.After!.ToJsonString()));
    }

    [Fact]
    public async Task Preview_Sync_DeletesWhatTheFileLeavesOut()
    {
        await ApplyAsync(Tutorial);
        const string Smaller = "_format_version: \"3.0\"\nservices:\n- name: codex-service\n  url: http://localhost:80\n";

        Assert.Empty((await LookAsync(Smaller)).Changes);
        var preview = await LookAsync(Smaller, deletes: true);
        Assert.Equal((0, 0, 6), (preview.Created, preview.Updated, preview.Deleted));

        Assert.Equal(2, (await Imports.ApplyAsync(preview, Editor, Cancelled)).Value);
        Assert.Null(Entities.Find(EntityKinds.Routes, "codex-route", Editor));
        Assert.Null(Entities.Find(EntityKinds.Consumers, "ada", Editor));
        Assert.NotNull(Entities.Find(EntityKinds.Services, "codex-service", Editor));
    }

    [Fact]
    public async Task Preview_SyncWithTags_LeavesTheRestAlone()
    {
        await ApplyAsync(Tutorial);
        const string Tagged = "_format_version: \"3.0\"\nservices:\n- name: other\n  url: http://other.example\n";
        await ApplyAsync(Tagged, tags: ["team-a"]);

        Assert.Equal("""["team-a"]""", Entities.Find(EntityKinds.Services, "other", Editor)!["tags"]!.ToJsonString());
        var preview = await LookAsync("_format_version: \"3.0\"\n_info:\n  select_tags: [team-a]\n", deletes: true);

        Assert.Equal(["other"], preview.Changes.Select(c => c.Name));
    }

    [Fact]
    public async Task Preview_Secrets_AreSeenNowhere()
    {
        var preview = await LookAsync(Tutorial);

        Assert.Contains(preview.Changes, c => c.Kind == EntityKinds.KeyAuthCredentials);
        Assert.DoesNotContain(Secret, Written(preview), StringComparison.Ordinal);
    }

    /// <summary>A variable may also stand where no secret is expected.</summary>
    [Fact]
    public async Task Preview_VariableInAPlainField_IsMasked()
    {
        var preview = await LookAsync(Tutorial.Replace("name: gold", "name: ${{ env \"DECK_ADA_KEY\" }}", StringComparison.Ordinal));

        Assert.Contains("[masked]", Written(preview), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Written(preview), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_format_version: \"3.0\"\nservices:\n- name: a\n  hots: x\n", 4, 3, "did you mean 'host'?")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- name: a\n   host: x\n", 4, 8, "")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- name: a\n  url: http://x\n  retries: many\n", 5, 3, "Expected: integer")]
    [InlineData("_format_version: \"3.0\"\nroutes:\n- name: a\n  paths: [/a]\n  service: {name: nowhere}\n", 5, 3, "nowhere")]
    [InlineData("_format_version: \"3.0\"\nplugins:\n- name: ai-proxy-advanxed\n", 3, 3, "did you mean 'ai-proxy-advanced'?")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- name: a\n  host: x\n  port: 99999\n", 5, 3, "port")]
    [InlineData("_format_version: \"3.0\"\nroutes:\n- name: a\n  paths:\n  - /ok\n  - nothing\n", 6, 5, "paths")]
    [InlineData("_format_version: \"3.0\"\nplugins:\n- name: key-auth\n  config:\n    key_nam: [x]\n", 5, 5, "key_nam")]
    [InlineData("_format_version: \"3.0\"\nservices:\n- name: ${{ env \"DECK_NOWHERE_SET\" }}\n", 3, 9, "environment variable 'DECK_NOWHERE_SET' present in state file but not set")]
    [InlineData("", 1, 1, "nothing")]
    public async Task Preview_FaultyFile_NamesLineColumnAndReason(string text, int line, int column, string reason)
    {
        var refused = await RefusedAsync(text);

        var problem = Assert.Single(refused.Problems);
        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Contains(reason, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_SeveralFaults_AreAllNamed()
    {
        var refused = await RefusedAsync("_format_version: \"3.0\"\nservices:\n- name: a\n  host: x\n  port: 99999\n- name: b\n  host: \"no spaces here\"\n");

        Assert.Equal([5, 7], refused.Problems.Select(p => p.Line!.Value));
    }

    [Fact]
    public async Task Apply_AfterSomebodyElse_IsStale()
    {
        var preview = await LookAsync(Tutorial);
        await _host!.PostAsync("/services", """{"name":"meanwhile","host":"x.example"}""");

        var made = await Imports.ApplyAsync(preview, Editor, Cancelled);

        Assert.IsType<PreviewStale>(made.Error);
        Assert.Null(Entities.Find(EntityKinds.Services, "codex-service", Editor));
    }

    [Fact]
    public async Task Preview_Viewer_MayNot()
    {
        var refused = await Imports.PreviewAsync(new ImportInput(Tutorial), Editor with { MayWrite = false }, Cancelled);

        Assert.IsType<WriteForbidden>(refused.Error);
    }

    [Fact]
    public void ListVariables_File_NamesEachOnceOutsideComments()
    {
        var variables = Imports.ListVariables("a: ${{ env \"DECK_ONE\" }}\n# ${{ env \"DECK_COMMENT\" }}\nb: ${{ env `DECK_TWO` | toInt }} ${{env \"DECK_ONE\"}}\n");

        Assert.Equal([("DECK_ONE", 1), ("DECK_TWO", 3)], variables.Select(v => (v.Name, v.Line)));
    }

    private static string Written(ImportPreview preview) => new JsonArray([.. preview.Changes.Select(c => c.ToJson(withFields: true))]).ToJsonString();

    private async Task<ImportPreview> LookAsync(string text, bool deletes = false, params string[] tags)
    {
        var input = new ImportInput(text) { Deletes = deletes, Tags = tags, Variables = new Dictionary<string, string> { ["DECK_ADA_KEY"] = Secret } };
        var preview = await Imports.PreviewAsync(input, Editor, Cancelled);
        Assert.False(preview.IsError, preview.Error?.Message);
        return preview.Value!;
    }

    private async Task ApplyAsync(string text, params string[] tags) =>
        Assert.False((await Imports.ApplyAsync(await LookAsync(text, false, tags), Editor, Cancelled)).IsError);

    private async Task<ImportRefused> RefusedAsync(string text) =>
        Assert.IsType<ImportRefused>((await Imports.PreviewAsync(new ImportInput(text), Editor, Cancelled)).Error);
}
