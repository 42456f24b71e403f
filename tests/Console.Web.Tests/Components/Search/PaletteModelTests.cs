using ConsoleWeb.Components.Search;
using TestContext = Xunit.TestContext;

namespace ConsoleWeb.Tests.Components.Search;

public sealed class PaletteModelTests
{
    private static readonly PaletteItem Service = new("Services", "codex-service", "http://localhost", "", "/services/1") { Words = "service 1 coding" };

    private readonly List<PaletteItem> _entities = [Service];
    private Func<string, Task<IReadOnlyList<PaletteItem>>> _find = _ => Task.FromResult<IReadOnlyList<PaletteItem>>([]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PaletteModel Model => field ??= new([.. PaletteActions.Pages, .. PaletteActions.Creations(canEdit: true, isAdmin: true)], () => _entities, (text, _) => _find(text));

    [Fact]
    public void Open_NothingTyped_ShowsWhereOneWasThenPagesThenActions()
    {
        Model.Open(["/services/1", "/logs/0123", "/services/gone", "/tokens", "javascript:alert(1)"]);

        Assert.Equal(["Recent", PaletteActions.Go, PaletteActions.Do], Model.Groups.Select(g => g.Title));
        Assert.Equal(["codex-service", "Request 0123", "Tokens"], Model.Groups[0].Items.Select(i => i.Title));
    }

    [Theory]
    [InlineData("codex-s", "/services/1")]
    [InlineData("coding", "/services/1")]
    [InlineData("log", "/logs")]
    [InlineData("new serv", "/services/new")]
    [InlineData("add key", "/keys/new")]
    [InlineData("invite", "/users?new=true")]
    [InlineData("claude", "/connect/claude-code")]
    [InlineData("serv", "/services")]
    public async Task Search_Words_BestIsFirst(string query, string href)
    {
        Model.Open([]);

        await Model.SearchAsync(query, Cancellation);

        Assert.Equal(href, Model.Groups[0].Items[0].Href);
    }

    [Fact]
    public async Task Search_NothingFits_OffersTheRequests()
    {
        await Model.SearchAsync("a b&c", Cancellation);

        Assert.Equal("/logs?q=a%20b%26c", Assert.Single(Assert.Single(Model.Groups).Items).Href);
    }

    [Fact]
    public async Task Search_ThousandsOfEntities_ShowsFew()
    {
        _entities.AddRange(Enumerable.Range(0, 5000).Select(i => new PaletteItem("Routes", $"route-{i}", "", "", $"/routes/{i}")));

        await Model.SearchAsync("route", Cancellation);

        Assert.InRange(Model.Count, 2, 41);
        Assert.Equal("/routes", Model.Groups[0].Items[0].Href);
    }

    [Fact]
    public async Task Search_Id_RecordStandsAboveAll()
    {
        _find = text => Task.FromResult<IReadOnlyList<PaletteItem>>([new(RecordJump.Group, $"Request {text}", "", "", $"/logs/{text}") { Weight = 5000 }]);

        await Model.SearchAsync(" codex-service ", Cancellation);

        Assert.Equal("/logs/codex-service", Model.Groups[0].Items[0].Href);
    }

    [Fact]
    public async Task Search_OvertakenByTheNextLetter_ShowsTheLaterOne()
    {
        var slow = new TaskCompletionSource<IReadOnlyList<PaletteItem>>();
        _find = text => text == "tok" ? slow.Task : Task.FromResult<IReadOnlyList<PaletteItem>>([]);
        var first = Model.SearchAsync("tok", Cancellation);
        await Model.SearchAsync("codex", Cancellation);
        Assert.Equal("codex", Model.Query);

        slow.SetResult([]);
        await first;

        Assert.Contains(Service, Model.Groups.SelectMany(g => g.Items));
        Assert.Equal("codex", Model.Query);
    }

    /// <summary>Enter means the list that is on its way; until it is there, the old one must not pass for it.</summary>
    [Fact]
    public async Task Search_NotAnsweredYet_IsNotWhatIsListed()
    {
        var slow = new TaskCompletionSource<IReadOnlyList<PaletteItem>>();
        _find = text => text == "codex" ? Task.FromResult<IReadOnlyList<PaletteItem>>([]) : slow.Task;
        await Model.SearchAsync("codex", Cancellation);
        var before = Model.Groups;

        var search = Model.SearchAsync("codex-service-id", Cancellation);
        Assert.Equal(("codex", before), (Model.Query, Model.Groups));
        slow.SetResult([]);
        await search;

        Assert.Equal("codex-service-id", Model.Query);
        Assert.NotSame(before, Model.Groups);
    }

    [Fact]
    public async Task Search_LogCannotBeRead_SaysSoAndShowsTheRest()
    {
        _find = _ => throw new InvalidOperationException("disk is full");

        await Model.SearchAsync("codex", Cancellation);

        Assert.Contains("disk is full", Model.Error, StringComparison.Ordinal);
        Assert.Contains(Service, Model.Groups.SelectMany(g => g.Items));
    }

    [Fact]
    public void Creations_Viewer_MakesNoConfiguration() =>
        Assert.Equal(["New token"], PaletteActions.Creations(canEdit: false, isAdmin: false).Select(i => i.Title));
}
