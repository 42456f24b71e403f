using System.Reflection;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Data.Logs.Pricing;
using ConsoleWeb.Data.Logs.Sessions;
using ConsoleWeb.Hosting;
using Gateway.Core;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;

namespace ConsoleWeb.Tests.Architecture;

/// <summary>Who may name whom: <c>Shared</c> ← <c>Gateway.Core</c> ← <c>Console.Web</c>, and the parts inside them.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Shared = typeof(Error).Assembly;
    private static readonly Assembly Core = typeof(GatewayProduct).Assembly;
    private static readonly Assembly Host = typeof(GatehouseHost).Assembly;

    private static readonly ILookup<Assembly, (Type Type, IReadOnlySet<Type> Uses)> Uses = new[] { Core, Host }
        .SelectMany(assembly => TypeUses.In(assembly).Select(found => (assembly, found)))
        .ToLookup(x => x.assembly, x => x.found);

    /// <summary>Plugins that are two sides of one thing.</summary>
    private static readonly Dictionary<string, string> Families = new() { ["AiProxyAdvanced"] = "AiProxy", ["ResponseTransformer"] = "RequestTransformer" };

    /// <summary>What pages and Admin API may know of the database: how the log is read, and what an account is.</summary>
    private static readonly Type[] ReadSide =
    [
        typeof(GatehouseUser),
        typeof(IRequestLogState),
        typeof(IRequestLogStore),
        typeof(ISessionStore),
        typeof(RequestBucket),
        typeof(AnyOfTerm),
        typeof(ErrorTerm),
        typeof(FacetCount),
        typeof(FilterTerm),
        typeof(FlagTerm),
        typeof(HasTerm),
        typeof(LogField),
        typeof(LogFieldKind),
        typeof(LogFieldPlace),
        typeof(LogFields),
        typeof(LogTailRead),
        typeof(RangeTerm),
        typeof(ICostReceipts),
        typeof(ReceiptGroup),
        typeof(ReceiptLine),
        typeof(SummedReceipt),
        typeof(UnpricedModel),
        typeof(RepriceLine),
        typeof(RepriceProgress),
        typeof(RepriceSummary),
        typeof(RequestFilter),
        typeof(StatsAnswer),
        typeof(StatsGroup),
        typeof(StatsMeasure),
        typeof(StatsPercentiles),
        typeof(StatsPoint),
        typeof(StatsQuery),
        typeof(StatsSteps),
        typeof(StatsSums),
        typeof(StatsTimes),
        typeof(StatsTop),
        typeof(RequestLogCounts),
        typeof(RequestLogState),
        typeof(RequestLogTrouble),
        typeof(RequestRow),
        typeof(SessionFigures),
        typeof(SessionRow),
        typeof(ToolUse),
        typeof(RequestTotals),
        typeof(StoredRecord),
        typeof(StoredRequest),
    ];

    [Fact]
    public void Shared_ReferencesTheBaseLibraryOnly() => Assert.All(References(Shared), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    [Fact]
    public void Core_ReferencesNeitherDatabaseNorPages()
    {
        string[] allowed = ["System.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Microsoft.Net.Http.Headers", "OpenTelemetry", "Yarp.", "StackExchange.Redis", "Gateway.Shared"];
        string[] refused = ["Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.Identity", "Microsoft.AspNetCore.Mvc", "System.Data"];

        Assert.All(References(Core), name =>
        {
            Assert.Contains(allowed, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
            Assert.DoesNotContain(refused, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        });
    }

    /// <summary>Bytes or events in, bytes or events out.</summary>
    [Theory]
    [InlineData("Accounting")]
    [InlineData("Codecs")]
    [InlineData("Errors")]
    [InlineData("Json")]
    [InlineData("Observers")]
    [InlineData("Streaming")]
    public void Formats_KnowNoHttpAndLogNothing(string part) =>
        AssertNever(Core, $"Gateway.Core.Llm.{part}", ["Microsoft.AspNetCore", "Microsoft.Extensions", "System.Net.Http"]);

    [Fact]
    public void Models_KnowNoPlugin() => AssertNever(Core, "Gateway.Core.Llm", ["Gateway.Core.Plugins"]);

    /// <summary>
    /// A plugin is its folder: only the registration names the services of single plugins, and only plugins of one family know each
    /// other. A folder without a plugin is for all of them.
    /// </summary>
    [Fact]
    public void Plugins_AreKnownByTheirBaseOnly()
    {
        var families = Uses[Core].Where(x => x.Type.IsDefined(typeof(PluginAttribute))).Select(x => PluginFamily(x.Type)).ToHashSet();
        var strangers = from x in Uses[Core]
                        where x.Type != typeof(GatewayServiceCollectionExtensions)
                        from used in x.Uses
                        let family = PluginFamily(used)
                        where families.Contains(family) && family != PluginFamily(x.Type)
                        select $"{x.Type} names {used}";

        Assert.Empty(strangers);
    }

    [Fact]
    public void PagesAndAdminApi_NeverTouchTheDatabase()
    {
        string[] database = ["Microsoft.EntityFrameworkCore", "Microsoft.Data.Sqlite", "SQLitePCL"];
        var touching = from x in Uses[Host]
                       where IsIn(x.Type, "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Live", "ConsoleWeb.Cli")
                       from used in x.Uses
                       where IsIn(used, database) || (IsIn(used, "ConsoleWeb.Data") && !ReadSide.Contains(used))
                       select $"{x.Type} names {used}";

        Assert.Empty(touching);
    }

    /// <summary>What both surfaces need is in Features; neither borrows from the other.</summary>
    [Theory]
    [InlineData("ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Cli")]
    [InlineData("ConsoleWeb.AdminApi", "ConsoleWeb.Components", "ConsoleWeb.Cli", "MudBlazor")]
    [InlineData("ConsoleWeb.Declarative", "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Cli", "ConsoleWeb.Features", "ConsoleWeb.Data", "ConsoleWeb.Hosting", "MudBlazor")]
    [InlineData("ConsoleWeb.Cli", "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Features", "MudBlazor")]
    [InlineData("ConsoleWeb.Features", "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Cli", "MudBlazor")]
    [InlineData("ConsoleWeb.Auth", "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Cli", "MudBlazor")]
    [InlineData("ConsoleWeb.Audit", "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Auth", "ConsoleWeb.Cli", "ConsoleWeb.Hosting", "MudBlazor")]
    [InlineData("ConsoleWeb.Backups", "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Auth", "ConsoleWeb.Cli", "MudBlazor")]
    [InlineData("ConsoleWeb.Data", "ConsoleWeb.Components", "ConsoleWeb.AdminApi", "ConsoleWeb.Cli", "ConsoleWeb.Auth", "ConsoleWeb.Hosting", "MudBlazor")]
    public void Parts_NameOnlyWhatIsBelowThem(string part, params string[] others) => AssertNever(Host, part, others);

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(r => r.Name!);

    private static void AssertNever(Assembly assembly, string part, string[] others)
    {
        var inside = Uses[assembly].Where(x => IsIn(x.Type, part)).ToList();

        Assert.NotEmpty(inside);
        Assert.Empty(from x in inside from used in x.Uses where IsIn(used, others) select $"{x.Type} names {used}");
    }

    private static string? PluginFamily(Type type) =>
        type.Namespace?.Split('.') is ["Gateway", "Core", "Plugins", var folder, ..] ? Families.GetValueOrDefault(folder, folder) : null;

    private static bool IsIn(Type type, params string[] namespaces) =>
        namespaces.Any(n => type.Namespace is { } own && (own == n || own.StartsWith(n + ".", StringComparison.Ordinal)));
}
