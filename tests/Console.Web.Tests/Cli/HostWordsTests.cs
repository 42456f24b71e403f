using System.Text.RegularExpressions;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.Cli;

/// <summary>Every word against the whole product, in both modes: what is printed, and what is there afterwards.</summary>
public sealed partial class HostWordsTests
{
    private const string Secret = "s-3cret-value";

    private const string Everything = """
        _format_version: "3.0"
        services:
        - name: s1
          url: https://example.com/base
          tags: [a]
          plugins:
          - {name: cors, config: {origins: ["*"], methods: [GET, PUT]}}
          routes:
          - name: r1
            paths: [/one, ~/two$]
            headers: {x-a: ["1"]}
            plugins:
            - {name: file-log, consumer: alice, config: {path: /tmp/a.log}}
        routes:
        - {name: alone, hosts: [a.example.com]}
        plugins:
        - {name: request-transformer, config: {add: {headers: ["x-key:${{ env "DECK_KEY" }}"]}}}
        consumers:
        - username: alice
          groups: [{name: gold}]
          keyauth_credentials: [{key: k-1}]
          basicauth_credentials: [{username: al, password: pw}]
          acls: [{group: admins}]
        consumer_groups:
        - name: gold
        upstreams:
        - name: pool
          targets: [{target: "10.0.0.1:8000"}, {target: "10.0.0.2:9000", weight: 5}, {target: "[2001:db8::1]:80"}]
        vaults:
        - {name: env, prefix: my-env, config: {prefix: A_}}
        """;

    private static readonly (string, string) Key = ("DECK_KEY", Secret);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Words_FromEmptyToEmpty_DoAndSayWhatDeckDoes(bool konnect)
    {
        await using var host = await TestHost.StartAsync();
        Task<CliRun> Run(string stdin, params string[] args) => CliRun.RunAsync(host, konnect, ["gateway", .. args], stdin, Key);

        Assert.Equal(new CliRun(0, "", ""), await Run(Everything, "validate", "-"));
        var planned = await Run(Everything, "diff", "--non-zero-exit-code");
        Assert.Equal((2, ""), (planned.ExitCode, planned.Stderr));
        var first = await Run(Everything, "sync", "-");
        Assert.Equal((0, ""), (first.ExitCode, first.Stderr));
        Assert.Equal(
            [
                "creating acl-group admins for consumer alice", "creating basic-auth al for consumer alice", "creating consumer alice",
                "creating consumer-group gold", "creating consumer-group-consumer alice for consumer-group gold", "creating key-auth ID for consumer alice",
                "creating plugin cors for service s1", "creating plugin file-log for route r1 and consumer alice",
                "creating plugin request-transformer (global)", "creating route alone", "creating route r1", "creating service s1",
                "creating target 10.0.0.1:8000 for upstream pool", "creating target 10.0.0.2:9000 for upstream pool",
                "creating target [2001:0db8:0000:0000:0000:0000:0000:0001]:80 for upstream pool", "creating upstream pool", "creating vault my-env",
            ],
            Events(first));
        Assert.Equal(Events(first), Events(planned));
        Assert.EndsWith(CliRun.Summary(17, 0, 0), first.Stdout, StringComparison.Ordinal);

        Assert.Equal(new CliRun(0, CliRun.Summary(0, 0, 0), ""), await Run(Everything, "sync", "--skip-defaults-fill"));
        Assert.Equal(new CliRun(0, CliRun.Summary(0, 0, 0), ""), await Run(Everything, "apply"));

        foreach (var form in (string[][])[[], ["--format", "json"], ["--with-id"], ["--skip-defaults"]])
        {
            var dump = await Run("", ["dump", .. form]);
            Assert.Equal(0, dump.ExitCode);
            Assert.Equal(new CliRun(0, CliRun.Summary(0, 0, 0), ""), await Run(dump.Stdout, "diff", "--non-zero-exit-code"));
        }

        const string Fewer = """
            _format_version: "3.0"
            services: [{name: s1, url: "https://example.com/base", tags: [a], routes: [{name: r1, paths: [/one, ~/two$], headers: {x-a: ["1"]}}]}]
            """;
        var fewer = await Run(Fewer, "sync", "--skip-consumers");
        Assert.Equal((0, ""), (fewer.ExitCode, fewer.Stderr));
        Assert.Contains("deleting route alone\n", fewer.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("consumer", fewer.Stdout, StringComparison.Ordinal);
        Assert.Contains("name: file-log\n", (await Run("", "dump")).Stdout, StringComparison.Ordinal);

        var reset = await Run("", "reset", "-f", "--skip-plugin-definitions");
        Assert.Equal((0, ""), (reset.ExitCode, reset.Stderr));
        Assert.Contains("deleting consumer alice\n", reset.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(" name:", (await Run("", "dump")).Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Apply_ChangedFields_ShowsTheDifferenceWithoutTheSecret(bool konnect)
    {
        await using var host = await TestHost.StartAsync();
        await CliRun.RunAsync(host, konnect, ["gateway", "sync"], Everything, Key);
        const string Next = "another-s3cret";
        var text = Everything.Replace("tags: [a]", "tags: [a]\n  retries: 2", StringComparison.Ordinal);

        var run = await CliRun.RunAsync(host, konnect, ["gateway", "apply"], text, ("DECK_KEY", Next));

        Assert.Equal((0, ""), (run.ExitCode, run.Stderr));
        Assert.EndsWith(CliRun.Summary(0, 2, 0), run.Stdout, StringComparison.Ordinal);
        Assert.Contains("updating service s1  {\n", run.Stdout, StringComparison.Ordinal);
        Assert.Contains("\n-  \"retries\": 5,\n+  \"retries\": 2,\n", run.Stdout, StringComparison.Ordinal);
        Assert.Contains("+        \"x-key:[masked]\"\n", run.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, run.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(Next, run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_BothModes_SaysWhoAnswered()
    {
        await using var host = await TestHost.StartAsync();

        var kong = await CliRun.RunAsync(host, false, ["gateway", "ping"]);
        var konnect = await CliRun.RunAsync(host, true, ["gateway", "ping"]);

        Assert.Matches(@"^Successfully connected to Kong!\nKong version:  \d+\.\d+\.\d+\S*\n$", kong.Stdout);
        Assert.Matches(@"^Successfully Konnected to the \S.* organization!\n$", konnect.Stdout);
        Assert.Equal((0, 0), (kong.ExitCode, konnect.ExitCode));
    }

    [Theory]
    [InlineData(false, "DECK_HEADERS", "Authorization:Bearer wrong", "HTTP status 401", "DECK_HEADERS")]
    [InlineData(true, "DECK_KONNECT_TOKEN", "wrong", "HTTP status 401", "DECK_KONNECT_TOKEN")]
    [InlineData(true, "DECK_KONNECT_CONTROL_PLANE_NAME", "nope", "control plane not found: nope", "")]
    public async Task Words_RefusedByTheProduct_SayWhatToDo(bool konnect, string name, string value, string expected, string advice)
    {
        await using var host = await TestHost.StartAsync();

        var run = await CliRun.RunAsync(host, konnect, ["gateway", "dump"], "", (name, value));

        Assert.Equal((1, ""), (run.ExitCode, run.Stdout));
        Assert.StartsWith("Error: ", run.Stderr, StringComparison.Ordinal);
        Assert.Contains(expected, run.Stderr, StringComparison.Ordinal);
        Assert.Contains(advice, run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_TokenThatMayOnlyRead_ChangesNothingAndSaysWhy()
    {
        await using var host = await TestHost.StartAsync();
        var reader = await host.MakeTokenAsync("config:read", "secrets:read");

        var run = await CliRun.RunAsync(
            host, false, ["gateway", "sync", "--headers", $"Authorization:Bearer {reader}"], "_format_version: \"3.0\"\nservices: [{name: a, host: h}]");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("HTTP status 403", run.Stderr, StringComparison.Ordinal);
        Assert.Contains("config:write", run.Stderr, StringComparison.Ordinal);
        Assert.Equal("[]", (await host.GetAsync("/services")).Json["data"]!.ToJsonString());
    }

    /// <summary>The lines of the changes in alphabetical order; a key is a secret, so its id stands for it.</summary>
    private static List<string> Events(CliRun run) =>
    [
        .. run.Stdout.Split('\n').TakeWhile(l => l != "Summary:").Where(l => l.Length > 0)
            .Select(l => IdPattern().Replace(l, "ID")).Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex IdPattern();
}
