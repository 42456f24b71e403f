using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.Cli;

public sealed class GatewayWordsTests
{
    private const string Head = "_format_version: \"3.0\"\n";

    private const string Everything = Head + """
        services:
        - name: s1
          url: https://example.com/base path
          tags: [a]
          plugins:
          - name: cors
            config: {origins: ["*"], methods: [GET, PUT]}
          routes:
          - name: r1
            paths: [/one, ~/two$]
            headers: {x-a: ["1"]}
            plugins:
            - name: file-log
              consumer: alice
              config: {path: /tmp/a.log}
        routes:
        - name: alone
          hosts: [a.example.com]
        plugins:
        - name: request-transformer
          config: {replace: {uri: /}}
        consumers:
        - username: alice
          groups: [{name: gold}]
          keyauth_credentials: [{key: k-1}]
          basicauth_credentials: [{username: al, password: pw}]
          acls: [{group: admins}]
          plugins:
          - {name: file-log, config: {path: /tmp/b.log}}
        consumer_groups:
        - name: gold
        upstreams:
        - name: pool
          targets: [{target: "10.0.0.1"}, {target: "10.0.0.2:9000", weight: 5}]
        certificates:
        - id: 3f0b8c1e-0000-4000-8000-000000000001
          cert: |
            CERT
          key: |
            KEY
          snis: [{name: a.example.com}]
        ca_certificates:
        - id: 3f0b8c1e-0000-4000-8000-000000000002
          cert: CA
        vaults:
        - {name: env, prefix: my-env, config: {prefix: A_}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sync_EveryKind_IsCreatedAndDumpedWithoutDifference()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);

        var sync = await CliRun.RunAsync(api, ["gateway", "sync"], Everything);
        Assert.Equal((0, ""), (sync.ExitCode, sync.Stderr));
        Assert.EndsWith(CliRun.Summary(20, 0, 0), sync.Stdout, StringComparison.Ordinal);
        Assert.Contains("creating plugin file-log for route r1 and consumer alice\n", sync.Stdout, StringComparison.Ordinal);
        Assert.Contains("creating plugin request-transformer (global)\n", sync.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("k-1", sync.Stdout, StringComparison.Ordinal);

        var again = await CliRun.RunAsync(api, ["gateway", "diff", "--non-zero-exit-code"], Everything);
        Assert.Equal((0, CliRun.Summary(0, 0, 0)), (again.ExitCode, again.Stdout));

        var dump = await CliRun.RunAsync(api, ["gateway", "dump"]);
        var diff = await CliRun.RunAsync(api, ["gateway", "diff", "--non-zero-exit-code"], dump.Stdout);
        Assert.Equal((0, "", CliRun.Summary(0, 0, 0)), (diff.ExitCode, diff.Stderr, diff.Stdout));

        var json = await CliRun.RunAsync(api, ["gateway", "dump", "--format", "json", "--with-id", "--skip-defaults"]);
        var sameAgain = await CliRun.RunAsync(api, ["gateway", "sync"], json.Stdout);
        Assert.Equal((0, "", CliRun.Summary(0, 0, 0)), (sameAgain.ExitCode, sameAgain.Stderr, sameAgain.Stdout));
        Assert.DoesNotContain("connect_timeout", json.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dump_TutorialState_HasDeckLayout()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        await CliRun.RunAsync(api, ["gateway", "sync"], Head + """
            services:
            - name: codex-service
              url: http://localhost
              plugins: [{name: file-log, config: {path: /tmp/file.json}}]
              routes: [{name: codex-route, paths: [/codex]}]
            """);

        var dump = await CliRun.RunAsync(api, ["gateway", "dump"]);

        Assert.Equal(
            """
            _format_version: "3.0"
            services:
            - connect_timeout: 60000
              enabled: true
              host: localhost
              name: codex-service
              plugins:
              - config:
                  custom_fields_by_lua: null
                  path: /tmp/file.json
                  reopen: false
                enabled: true
                name: file-log
                protocols:
                - grpc
                - grpcs
                - http
                - https
              port: 80
              protocol: http
              read_timeout: 60000
              retries: 5
              routes:
              - https_redirect_status_code: 426
                name: codex-route
                path_handling: v0
                paths:
                - /codex
                preserve_host: false
                protocols:
                - http
                - https
                regex_priority: 0
                request_buffering: true
                response_buffering: true
                strip_path: true
              write_timeout: 60000

            """,
            dump.Stdout);
    }

    [Fact]
    public async Task Apply_FirstStep_SendsDeckBodies()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);

        await CliRun.RunAsync(api, ["gateway", "apply"], Head + "services:\n- name: s\n  url: http://localhost\n  plugins:\n  - {name: file-log, config: {path: /tmp/x}}\n");

        var writes = api.Writes.ToList();
        Assert.Equal(["PUT", "PUT"], writes.Select(w => w.Method));
        Assert.True(Guid.TryParse(writes[0].Path["/services/".Length..], out var id));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""
                {"name":"s","protocol":"http","host":"localhost","port":80,"retries":5,"connect_timeout":60000,"write_timeout":60000,
                 "read_timeout":60000,"enabled":true,"id":"{{id}}"}
                """),
            writes[0].Body));
        var plugin = writes[1].Body!;
        Assert.Equal("""{"path":"/tmp/x"}""", plugin["config"]!.ToJsonString());
        Assert.Equal(id.ToString(), plugin["service"]!["id"]!.ToString());
    }

    [Fact]
    public async Task Apply_ChangedPlugin_ShowsMaskedDifferenceAndKeepsOthers()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        const string File = Head + "plugins:\n- name: ai-proxy\n  config:\n    route_type: llm/v1/chat\n    auth: {header_value: 'Bearer ${{ env \"DECK_KEY\" }}'}\n    model: {provider: openai}\n";
        await CliRun.RunAsync(api, ["gateway", "sync"], Head + "services: [{name: other, host: h}]");
        await CliRun.RunAsync(api, ["gateway", "apply"], File, ("DECK_KEY", "first-key"));

        var run = await CliRun.RunAsync(api, ["gateway", "apply"], File, ("DECK_KEY", "second-key"));

        Assert.Equal((0, ""), (run.ExitCode, run.Stderr));
        Assert.StartsWith("updating plugin ai-proxy (global)  {\n", run.Stdout, StringComparison.Ordinal);
        Assert.Contains("\n-      \"header_value\": \"[masked]\"\n+      \"header_value\": \"Bearer [masked]\"\n", run.Stdout, StringComparison.Ordinal);
        Assert.EndsWith(CliRun.Summary(0, 1, 0), run.Stdout, StringComparison.Ordinal);
        Assert.Single(api.Rows("services"));
        Assert.Single(api.Rows("plugins"));
    }

    [Fact]
    public async Task Sync_EntityRemovedFromFile_IsDeleted()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        await CliRun.RunAsync(api, ["gateway", "sync"], Head + "services: [{name: a, host: h}, {name: b, host: h}]");

        var diff = await CliRun.RunAsync(api, ["gateway", "diff", "--non-zero-exit-code"], Head + "services: [{name: a, host: h}]");
        var sync = await CliRun.RunAsync(api, ["gateway", "sync"], Head + "services: [{name: a, host: h}]");

        Assert.Equal((2, "deleting service b\n" + CliRun.Summary(0, 0, 1)), (diff.ExitCode, diff.Stdout));
        Assert.Equal((0, "deleting service b\n" + CliRun.Summary(0, 0, 1)), (sync.ExitCode, sync.Stdout));
        Assert.Single(api.Rows("services"));
    }

    [Fact]
    public async Task Sync_SelectTags_TouchesOnlyTaggedEntities()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        await CliRun.RunAsync(api, ["gateway", "sync"], Head + "services: [{name: untagged, host: h}]");

        var run = await CliRun.RunAsync(
            api, ["gateway", "sync"], Head + "_info: {select_tags: [team, web]}\nservices: [{name: mine, host: h, tags: [web]}]");
        var dump = await CliRun.RunAsync(api, ["gateway", "dump", "--select-tag", "web", "--select-tag", "team"]);

        Assert.EndsWith(CliRun.Summary(1, 0, 0), run.Stdout, StringComparison.Ordinal);
        Assert.Equal(2, api.Rows("services").Count);
        Assert.Contains(api.Calls, c => c.Path.StartsWith("/services?size=1000&tags=", StringComparison.Ordinal));
        Assert.StartsWith("_format_version: \"3.0\"\n_info:\n  select_tags:\n  - web\n  - team\nservices:\n", dump.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("untagged", dump.Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "services: [{name: good, host: h}]\nplugins:\n- name: file-lgo\n",
        "STDIN:4:3: plugins[0].name: plugin 'file-lgo' not enabled; add it to the 'plugins' configuration property; did you mean 'file-log'?")]
    [InlineData(
        "services: [{name: good, host: h}]\nplugins:\n- name: file-log\n  config:\n    path: /x\n    pth: /y\n",
        "validate entity 'plugins (file-log)': HTTP status 400 (message: \"schema violation (config.pth: unknown field)\") at STDIN:7:5: plugins[0].config.pth")]
    [InlineData(
        "services:\n- name: bad\n",
        "(message: \"schema violation (host: required field missing)\") at STDIN:3:3: services[0].host")]
    [InlineData(
        "routes:\n- name: r\n  paths:\n  - /ok\n  - nok\n",
        "at STDIN:6:5: routes[0].paths[1]")]
    [InlineData(
        "services: [{name: good, host: h}]\nplugins:\n- name: file-log\n  service: nowhere\n",
        "STDIN:5:3: plugins[0].service: service nowhere for plugin file-log: entity not found")]
    [InlineData(
        "services:\n- {name: twice, host: h}\n- {name: twice, host: i}\n",
        "STDIN:4:3: services[1]: service with name twice already exists (first at STDIN:3:3)")]
    [InlineData(
        "services: [{name: good, host: h}]\nplugins:\n- name: file-log\n  config: {path: '${{ env \"DECK_UNSET\" }}'}\n",
        "reading file STDIN: parsing file: template: state:5:19: executing \"state\" at <env \"DECK_UNSET\">: error calling env:")]
    [InlineData(
        "services: [{name: good, host: h, prot: http}]\n",
        "reading file STDIN: validating file content: 1 errors occurred:\n\tvalidation error: STDIN:2:34: services[0].prot: unknown member; did you mean 'port'?")]
    public async Task Apply_BadFile_WritesNothingAndNamesThePlace(string text, string expected)
    {
        await using var api = await FakeAdminApi.StartAsync(Token);

        var run = await CliRun.RunAsync(api, ["gateway", "apply", "-"], Head + text);

        Assert.Equal((1, ""), (run.ExitCode, run.Stdout));
        Assert.StartsWith("Error: ", run.Stderr, StringComparison.Ordinal);
        Assert.Contains(expected, run.Stderr, StringComparison.Ordinal);
        Assert.Empty(api.Writes);
    }

    [Fact]
    public async Task Validate_UnknownField_FailsAndGoodFileIsSilent()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);

        var bad = await CliRun.RunAsync(api, ["gateway", "validate", "-"], Head + "plugins: [{name: file-log, config: {path: /x, foo: 1}}]");
        var good = await CliRun.RunAsync(api, ["gateway", "validate", "-"], Everything);

        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("unknown field", bad.Stderr, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), (good.ExitCode, good.Stdout, good.Stderr));
        Assert.Empty(api.Writes);
    }

    [Fact]
    public async Task Words_WrongToken_FailWithStatus401()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        api.Token = "right";

        var wrong = await CliRun.RunAsync(api, ["gateway", "apply"], Head + "services: [{name: a, host: h}]", ("DECK_HEADERS", "Authorization:Bearer wrong"));
        var right = await CliRun.RunAsync(api, ["gateway", "ping", "--headers", "Authorization:Bearer right"]);

        Assert.Equal(1, wrong.ExitCode);
        Assert.Equal(
            "Error: reading Kong version: HTTP status 401 (message: \"Unauthorized\");"
            + " give a valid token with --headers 'Authorization:Bearer …' or DECK_HEADERS\n",
            wrong.Stderr);
        Assert.Equal((0, "Successfully connected to Kong!\nKong version:  3.10.0\n"), (right.ExitCode, right.Stdout));
    }

    [Fact]
    public async Task Words_NobodyListens_SayHowToStart()
    {
        var run = await CliRun.RunAsync(null, ["gateway", "ping", "--kong-addr", "http://127.0.0.1:1"]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Error: cannot reach the Admin API at http://127.0.0.1:1: ", run.Stderr, StringComparison.Ordinal);
        Assert.Contains("./quickstart", run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_KonnectMode_FindsControlPlaneAndSendsToken()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        api.ControlPlanes["cp-1"] = "quickstart";
        api.Token = "kpat_1";
        (string, string)[] variables =
        [
            ("DECK_KONG_ADDR", ""), ("DECK_KONNECT_ADDR", api.Address), ("DECK_KONNECT_TOKEN", "kpat_1"),
            ("DECK_KONNECT_CONTROL_PLANE_NAME", "quickstart"),
        ];

        var first = await CliRun.RunAsync(api, ["gateway", "sync"], Everything, variables);
        var again = await CliRun.RunAsync(api, ["gateway", "sync"], Everything, variables);
        var dump = await CliRun.RunAsync(api, ["gateway", "dump"], "", variables);
        var missing = await CliRun.RunAsync(api, ["gateway", "dump", "--konnect-control-plane-name", "nope"], "", variables);

        Assert.Equal((0, ""), (first.ExitCode, first.Stderr));
        Assert.Equal((CliRun.Summary(0, 0, 0), ""), (again.Stdout, again.Stderr));
        Assert.All(api.Writes, w => Assert.StartsWith("/v2/control-planes/cp-1/core-entities/", w.Path, StringComparison.Ordinal));
        Assert.StartsWith("_format_version: \"3.0\"\n_konnect:\n  control_plane_name: quickstart\n", dump.Stdout, StringComparison.Ordinal);
        Assert.Equal((1, "Error: control plane not found: nope\n"), (missing.ExitCode, missing.Stderr));
    }

    [Fact]
    public async Task Apply_ServerWithoutOptionalKinds_Works()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        api.Absent.UnionWith(["consumers", "upstreams", "certificates", "snis", "ca_certificates", "vaults", "consumer_groups", "key-auths", "basic-auths", "acls", "jwts", "hmac-auths"]);
        api.HasValidation = false;

        var run = await CliRun.RunAsync(api, ["gateway", "apply"], Head + "services: [{name: a, host: h, routes: [{name: r, paths: [/]}]}]");

        Assert.Equal((0, ""), (run.ExitCode, run.Stderr));
        Assert.EndsWith(CliRun.Summary(2, 0, 0), run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_ManyRows_FollowsPages()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        var file = Head + "services:\n" + string.Concat(Enumerable.Range(0, 25).Select(i => $"- {{name: s{i}, host: h}}\n"));
        await CliRun.RunAsync(api, ["gateway", "sync"], file);
        api.MaxPageSize = 10;

        var run = await CliRun.RunAsync(api, ["gateway", "sync"], file);

        Assert.Equal(CliRun.Summary(0, 0, 0), run.Stdout);
    }

    [Fact]
    public async Task Apply_WriteFails_SaysWhatWasDoneAndWhatFailed()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        api.NextWriteStatuses.Enqueue(409);

        var run = await CliRun.RunAsync(api, ["gateway", "apply"], Head + "services: [{name: a, host: h, routes: [{name: r, paths: [/]}]}]");

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(CliRun.Summary(0, 0, 0), run.Stdout, StringComparison.Ordinal);
        Assert.StartsWith("Error: while processing event: {Create} service a failed: HTTP status 409 (message: ", run.Stderr, StringComparison.Ordinal);
        Assert.Empty(api.Rows("routes"));
    }

    [Fact]
    public async Task Reset_Confirmed_LeavesNothing()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        await CliRun.RunAsync(api, ["gateway", "sync"], Everything);

        var refused = await CliRun.RunAsync(api, ["gateway", "reset"], "n\n");
        Assert.Equal(1, refused.ExitCode);
        Assert.NotEmpty(api.Rows("services"));

        var run = await CliRun.RunAsync(api, ["gateway", "reset", "-f", "--silence-events"]);
        Assert.Equal((0, CliRun.Summary(0, 0, 20)), (run.ExitCode, run.Stdout));
        Assert.All(["services", "routes", "plugins", "consumers", "key-auths", "targets", "snis", "members"], c => Assert.Empty(api.Rows(c)));
    }

    [Fact]
    public async Task Diff_JsonOutput_IsOneDocument()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        await CliRun.RunAsync(api, ["gateway", "sync"], Head + "services: [{name: a, host: h}, {name: b, host: h}]");

        var run = await CliRun.RunAsync(api, ["gateway", "diff", "--json-output"], Head + "services: [{name: a, host: i}, {name: c, host: h}]");

        var document = JsonNode.Parse(run.Stdout)!;
        Assert.Equal("""{"creating":1,"updating":1,"deleting":1,"total":3}""", document["summary"]!.ToJsonString());
        Assert.Equal("i", document["changes"]!["updating"]![0]!["body"]!["new"]!["host"]!.ToString());
        Assert.Equal("h", document["changes"]!["updating"]![0]!["body"]!["old"]!["host"]!.ToString());
        Assert.Equal("service", document["changes"]!["deleting"]![0]!["kind"]!.ToString());
    }

    [Fact]
    public async Task Apply_OrderOfSets_IsNotADifferenceButOrderOfListsIs()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        const string File = Head + "services: [{name: a, host: h, tags: [x, y]}]\nplugins: [{name: cors, config: {methods: [GET, PUT], origins: [a, b]}}]\n";
        await CliRun.RunAsync(api, ["gateway", "apply"], File);

        var sets = await CliRun.RunAsync(api, ["gateway", "apply"], File.Replace("GET, PUT", "PUT, GET").Replace("x, y", "y, x"));
        var lists = await CliRun.RunAsync(api, ["gateway", "apply"], File.Replace("a, b", "b, a"));

        Assert.Equal(CliRun.Summary(0, 0, 0), sets.Stdout);
        Assert.EndsWith(CliRun.Summary(0, 1, 0), lists.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_SharedConfigAndDefaultsOfFile_AreUsed()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);

        await CliRun.RunAsync(api, ["gateway", "apply"], Head + """
            _info: {defaults: {service: {retries: 2}}}
            _plugin_configs: {log: {path: /tmp/shared, reopen: true}}
            services: [{name: a, host: h}, {name: b, host: h, retries: 3}]
            plugins: [{name: file-log, _config: log, config: {path: /tmp/own}}]
            """);

        Assert.Equal([2, 3], api.Rows("services").Select(s => s["retries"]!.GetValue<int>()).Order());
        var config = Assert.Single(api.Rows("plugins"))["config"]!;
        Assert.Equal(("/tmp/own", true), (config["path"]!.ToString(), config["reopen"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("http://h", "http", 80, null)]
    [InlineData("https://h", "https", 443, null)]
    [InlineData("http://h:8080/a b", "http", 8080, "/a%20b")]
    [InlineData("https://h:80/", "https", 80, "/")]
    [InlineData("http://h/anything?x=1", "http", 80, "/anything")]
    public async Task Apply_ServiceUrl_IsExpanded(string url, string protocol, int port, string? path)
    {
        await using var api = await FakeAdminApi.StartAsync(Token);

        await CliRun.RunAsync(api, ["gateway", "apply"], Head + $"services: [{{name: a, url: \"{url}\"}}]");

        var service = Assert.Single(api.Rows("services"));
        Assert.Equal((protocol, "h", port, path), (service["protocol"]!.ToString(), service["host"]!.ToString(), service["port"]!.GetValue<int>(), service["path"]?.ToString()));
    }

    [Fact]
    public async Task Dump_ToFile_IsOwnersAlone()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(directory.FullName, "kong");

            var run = await CliRun.RunAsync(api, ["gateway", "dump", "-o", path]);
            var again = await CliRun.RunAsync(api, ["gateway", "dump", "-o", path]);

            Assert.Equal((0, 1), (run.ExitCode, again.ExitCode));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path + ".yaml"));
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Sync_DirectoryOfFiles_IsMerged()
    {
        await using var api = await FakeAdminApi.StartAsync(Token);
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "a.yaml"), Head + "services: [{name: a, host: h}]", Token);
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "b.JSON"), """{"_format_version":"3.0","routes":[{"name":"r","paths":["/"],"service":{"name":"a"}}]}""", Token);

            var run = await CliRun.RunAsync(api, ["gateway", "sync", directory.FullName]);

            Assert.Equal((0, ""), (run.ExitCode, run.Stderr));
            Assert.EndsWith(CliRun.Summary(2, 0, 0), run.Stdout, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Version_OfDeck_IsInDecksForm()
    {
        var run = await CliRun.RunAsync(null, ["deck", "version"]);

        Assert.Matches(@"^decK v1\.(4[3-9]|[5-9]\d)\.\d+ \(\w+\) \n$", run.Stdout);
    }

    [Theory]
    [InlineData("deck", "file", "lint", "-s", "x.yaml")]
    [InlineData("gateway", "aply")]
    [InlineData("gateway", "sync", "--no-such-flag")]
    [InlineData("gateway", "dump", "--format", "xml")]
    [InlineData("gateway", "sync", "no-such-file.yaml")]
    [InlineData("gateway", "ping", "--timeout", "soon")]
    public async Task Words_NotUnderstood_FailWithoutACall(params string[] args)
    {
        await using var api = await FakeAdminApi.StartAsync(Token);

        var run = await CliRun.RunAsync(api, args);

        Assert.Equal(1, run.ExitCode);
        Assert.NotEqual("", run.Stderr);
        Assert.Empty(api.Calls);
    }
}
