using System.Net;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Pages and tag filters of collections.</summary>
public sealed class ListTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task List_Empty_IsAnEmptyListWithoutOffset() =>
        AdminFixture.AssertIs(HttpStatusCode.OK, """{"data":[],"next":null}""", await admin.Host.GetAsync("/vaults"));

    [Fact]
    public async Task Pages_FollowedByOffset_HoldEveryEntityOnce()
    {
        var (tag, ids) = await CreateTaggedAsync(7);
        var seen = new List<string>();
        var sizes = new List<int>();
        string? offset = null;

        do
        {
            var page = await admin.Host.GetAsync($"/services?tags={tag}&size=3" + (offset is null ? "" : "&offset=" + Uri.EscapeDataString(offset)));
            seen.AddRange(Ids(page));
            sizes.Add(Ids(page).Count);
            Assert.Equal(page.Json.ContainsKey("offset"), page["next"] is not null);
            offset = page["offset"]?.ToString();
        }
        while (offset is not null);

        Assert.Equal([3, 3, 1], sizes);
        Assert.Equal(ids.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Pages_FollowedByNext_KeepTagsAndSize()
    {
        var (tag, ids) = await CreateTaggedAsync(5);
        var seen = new List<string>();
        var next = $"/services?size=2&tags={tag},both";

        while (next is not null)
        {
            Assert.StartsWith("/services?", next, StringComparison.Ordinal);
            var page = await admin.Host.GetAsync(next);
            Assert.InRange(Ids(page).Count, 1, 2);
            seen.AddRange(Ids(page));
            next = page["next"]?.ToString();
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Pages_ExactlyFull_HaveNoEmptyOneAfterThem()
    {
        var (tag, _) = await CreateTaggedAsync(4);

        var first = await admin.Host.GetAsync($"/services?tags={tag}&size=4");

        Assert.Equal(4, Ids(first).Count);
        Assert.Null(first["next"]);
    }

    [Fact]
    public async Task Pages_EntityOfTheOffsetDeleted_GoOn()
    {
        var (tag, ids) = await CreateTaggedAsync(3);
        var first = await admin.Host.GetAsync($"/services?tags={tag}&size=1");
        await admin.Host.DeleteAsync("/services/" + Ids(first)[0]);

        var rest = await admin.Host.GetAsync(first["next"]!.ToString().Replace("size=1", "size=10", StringComparison.Ordinal));

        Assert.Equal(ids.Order(StringComparer.Ordinal).Skip(1), Ids(rest));
    }

    [Fact]
    public async Task Pages_BelowAParent_HoldItsChildrenOnly()
    {
        var service = await admin.CreateServiceAsync();
        await admin.CreateAsync("/routes", """{"paths":["/other"]}""");
        for (var i = 0; i < 3; i++)
        {
            await admin.CreateAsync($"/services/{service}/routes", """{"paths":["/a"]}""");
        }

        var first = await admin.Host.GetAsync($"/services/{service}/routes?size=2");
        var second = await admin.Host.GetAsync(first["next"]!.ToString());

        Assert.Equal((2, 1), (Ids(first).Count, Ids(second).Count));
        Assert.Null(second["next"]);
        Assert.Empty(Ids(first).Intersect(Ids(second)));
    }

    [Theory]
    [InlineData("size=abc", 9, "invalid size", "size must be a number")]
    [InlineData("size=0", 9, "invalid size", "size must be an integer between 1 and 1000")]
    [InlineData("size=1001", 9, "invalid size", "size must be an integer between 1 and 1000")]
    [InlineData("size=-1", 9, "invalid size", "size must be an integer between 1 and 1000")]
    [InlineData("offset=%24%24", 7, "invalid offset", "'$$' is not a valid offset: bad base64 encoding")]
    [InlineData("tags=", 11, "invalid options", "invalid option (tags: cannot be null)")]
    [InlineData("tags=a,b/c", 11, "invalid options", "invalid option (tags: invalid filter syntax)")]
    [InlineData("tags=a%07", 11, "invalid options", "invalid option (tags: invalid filter syntax)")]
    public async Task List_FaultyQuery_Answers400(string query, int code, string name, string message)
    {
        var answer = await admin.Host.GetAsync("/services?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal((code, name, message), (answer["code"]!.GetValue<int>(), answer["name"]!.ToString(), answer["message"]!.ToString()));
    }

    [Fact]
    public async Task List_OffsetThatIsNoId_Answers400() =>
        Assert.Equal(7, (await admin.Host.GetAsync("/services?offset=aGVsbG8%3D"))["code"]!.GetValue<int>());

    [Fact]
    public async Task Tags_CommaMeansAllAndSlashMeansAny()
    {
        var mark = AdminFixture.NewName();
        var both = await TaggedAsync($"{mark}-x", $"{mark}-y");
        var one = await TaggedAsync($"{mark}-x");
        var other = await TaggedAsync($"{mark}-y", "with a blank");
        await TaggedAsync();

        Assert.Equal(Sorted(both, one), Ids(await admin.Host.GetAsync($"/services?tags={mark}-x")));
        Assert.Equal([both], Ids(await admin.Host.GetAsync($"/services?tags={mark}-x,{mark}-y")));
        Assert.Equal([both], Ids(await admin.Host.GetAsync($"/services?tags={mark}-x%2C{mark}-y")));
        Assert.Equal(Sorted(both, one, other), Ids(await admin.Host.GetAsync($"/services?tags={mark}-x/{mark}-y")));
        Assert.Equal([other], Ids(await admin.Host.GetAsync($"/services?tags={mark}-y,with%20a%20blank")));
        Assert.Empty(Ids(await admin.Host.GetAsync($"/services?tags={mark}")));
    }

    [Fact]
    public async Task TagView_OneTag_NamesWhatHasIt()
    {
        var mark = AdminFixture.NewName();
        var service = await TaggedAsync(mark);
        var route = (await admin.CreateAsync("/routes", $$"""{"paths":["/a"],"tags":["{{mark}}"]}"""))["id"]!.ToString();

        var answer = await admin.Host.GetAsync("/tags/" + mark);

        Assert.Equal(
            new[] { $"routes {route} {mark}", $"services {service} {mark}" },
            answer["data"]!.AsArray().Select(t => $"{t!["entity_name"]} {t["entity_id"]} {t["tag"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Consumers_ByCustomId_AreOneOrNone()
    {
        var custom = AdminFixture.NewName();
        var consumer = await admin.CreateAsync("/consumers", $$"""{"custom_id":"{{custom}}"}""");

        Assert.Equal([consumer["id"]!.ToString()], Ids(await admin.Host.GetAsync("/consumers?custom_id=" + custom)));
        Assert.Empty(Ids(await admin.Host.GetAsync("/consumers?custom_id=nobody")));
    }

    private static IReadOnlyList<string> Sorted(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];

    private static IReadOnlyList<string> Ids(Answer page) => [.. page["data"]!.AsArray().Select(e => e!["id"]!.ToString())];

    private async Task<(string Tag, IReadOnlyList<string> Ids)> CreateTaggedAsync(int count)
    {
        var tag = AdminFixture.NewName();
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await TaggedAsync(tag, "both"));
        }

        return (tag, ids);
    }

    private async Task<string> TaggedAsync(params string[] tags) =>
        (await admin.CreateAsync("/services", $$"""{"host":"up.example","tags":[{{string.Join(',', tags.Select(t => $"\"{t}\""))}}]}"""))["id"]!.ToString();
}
