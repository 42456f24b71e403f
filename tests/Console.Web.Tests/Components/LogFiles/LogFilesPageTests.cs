using Bunit;
using Bunit.TestDoubles;
using ConsoleWeb.Auth;
using ConsoleWeb.Components.Pages.LogFiles;
using ConsoleWeb.Features.LogFiles;
using Gateway.Shared.Schema;
using Microsoft.Extensions.DependencyInjection;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.LogFiles;

public sealed class LogFilesPageTests : ConsoleContext
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(Host.Directory, "records.json");

    [Fact]
    public void Page_NoPlugin_SaysHowToAddOne() =>
        Assert.Equal("/plugins/new/file-log", Open().WaitForElement("a.btn.p").GetAttribute("href"));

    [Fact]
    public async Task Page_RecordArrives_IsShownWholeUntilAnotherIsChosen()
    {
        await StoreAsync(EntityKinds.Plugins, $$$"""{"name":"file-log","config":{"path":"{{{FilePath}}}"}}""");
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains("Nothing has been written yet", page.Find("[data-testid=no-results]").TextContent, StringComparison.Ordinal));

        await File.WriteAllTextAsync(FilePath, Record("a"), Cancellation);
        page.WaitForAssertion(() => Assert.Contains("\"id\": \"a\"", page.Find("[data-testid=line-pretty]").TextContent, StringComparison.Ordinal));
        await File.AppendAllTextAsync(FilePath, Record("b"), Cancellation);
        page.WaitForAssertion(() => Assert.Contains("\"id\": \"b\"", page.Find("[data-testid=line-pretty]").TextContent, StringComparison.Ordinal));

        page.Click("[data-line=a]");
        await File.AppendAllTextAsync(FilePath, Record("c"), Cancellation);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("[data-line]").Count));

        Assert.Contains("\"id\": \"a\"", page.Find("[data-testid=line-pretty]").TextContent, StringComparison.Ordinal);
        Assert.Equal("/logs/a", page.Find("[data-testid=open-request]").GetAttribute("href"));
    }

    [Fact]
    public async Task Filter_GoesIntoTheAddressAndNarrowsDown()
    {
        await StoreAsync(EntityKinds.Plugins, $$$"""{"name":"file-log","config":{"path":"{{{FilePath}}}"}}""");
        await File.WriteAllTextAsync(FilePath, Record("a") + Record("b"), Cancellation);
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-line]").Count));

        page.Change("[data-testid=filter]", "\"b\"");

        Assert.EndsWith("/logs/files?q=%22b%22", Services.GetRequiredService<BunitNavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_Viewer_MayNot()
    {
        await StoreAsync(EntityKinds.Plugins, $$$"""{"name":"file-log","config":{"path":"{{{FilePath}}}"}}""");
        await File.WriteAllTextAsync(FilePath, Record("a"), Cancellation);

        var page = Open(Roles.Viewer);

        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-line]")));
        Assert.Empty(page.FindAll("[data-testid=download]"));
    }

    private static string Record(string id) => $$"""{"request":{"id":"{{id}}","method":"POST","uri":"/x"},"response":{"status":200},"latencies":{},"started_at":1800000000000}""" + "\n";

    private IRenderedComponent<LogFilesPage> Open(string role = Roles.Admin)
    {
        Borrow<LogFileService>();
        AddAuthorization().SetAuthorized("ada").SetRoles(role);
        return Render<LogFilesPage>();
    }
}
