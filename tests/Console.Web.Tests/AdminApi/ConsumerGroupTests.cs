using System.Net;
using System.Text.Json.Nodes;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Groups of consumers and who is in them.</summary>
public sealed class ConsumerGroupTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Group_Read_IsWrappedWithItsConsumers()
    {
        var (group, consumer) = (await NewGroupAsync(), await NewConsumerAsync());
        await admin.CreateAsync($"/consumer_groups/{group["id"]}/consumers", $$"""{"consumer":"{{consumer["id"]}}"}""");
        var expected = new JsonObject { ["consumer_group"] = group.DeepClone(), ["plugins"] = new JsonArray(), ["consumers"] = new JsonArray(consumer) };

        foreach (var key in new[] { group["id"], group["name"] })
        {
            AdminFixture.AssertIs(HttpStatusCode.OK, expected.ToJsonString(), await admin.Host.GetAsync("/consumer_groups/" + key));
        }

        expected.Remove("consumers");
        AdminFixture.AssertIs(HttpStatusCode.OK, expected.ToJsonString(), await admin.Host.GetAsync($"/consumer_groups/{group["id"]}?list_consumers=false"));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/consumer_groups/nobody")).Status);
    }

    [Fact]
    public async Task Group_PutPatchAndList_AreThePlainObject()
    {
        var name = AdminFixture.NewName();

        var put = await admin.Host.PutAsync("/consumer_groups/" + Guid.NewGuid(), $$"""{"name":"{{name}}"}""");
        var patched = await admin.Host.PatchAsync("/consumer_groups/" + name, """{"tags":["t"]}""");
        var list = await admin.Host.GetAsync("/consumer_groups?size=1000");

        Assert.Equal((name, name), (put["name"]?.ToString(), patched["name"]?.ToString()));
        Assert.Contains(list["data"]!.AsArray(), g => g!["name"]?.ToString() == name);
    }

    [Fact]
    public async Task Member_AddedByNameInAForm_IsListedFromBothSides()
    {
        var (group, consumer) = (await NewGroupAsync(), await NewConsumerAsync());

        var added = await admin.SendFormAsync(HttpMethod.Post, $"/consumer_groups/{group["name"]}/consumers", "consumer=" + consumer["username"]);

        Assert.Equal((HttpStatusCode.Created, consumer["id"]!.ToString()), (added.Status, added["consumers"]![0]!["id"]!.ToString()));
        Assert.Equal(group["id"]!.ToString(), added["consumer_group"]!["id"]!.ToString());
        AdminFixture.AssertIs(HttpStatusCode.OK, List(consumer), await admin.Host.GetAsync($"/consumer_groups/{group["id"]}/consumers"));
        AdminFixture.AssertIs(HttpStatusCode.OK, List(group), await admin.Host.GetAsync($"/consumers/{consumer["id"]}/consumer_groups"));
        AdminFixture.AssertIs(HttpStatusCode.OK, consumer.ToJsonString(), await admin.Host.GetAsync($"/consumer_groups/{group["id"]}/consumers/{consumer["username"]}"));
    }

    [Fact]
    public async Task Group_AddedToAConsumer_IsListed()
    {
        var (group, consumer) = (await NewGroupAsync(), await NewConsumerAsync());
        var path = $"/consumers/{consumer["username"]}/consumer_groups";

        var added = await admin.Host.PostAsync(path, $$"""{"group":"{{group["name"]}}"}""");

        Assert.Equal(HttpStatusCode.Created, added.Status);
        AdminFixture.AssertIs(HttpStatusCode.OK, List(group), await admin.Host.GetAsync(path));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync($"{path}/{group["name"]}")).Status);
        AdminFixture.AssertIs(HttpStatusCode.OK, """{"data":[],"next":null}""", await admin.Host.GetAsync(path));
    }

    [Fact]
    public async Task Member_AddedTwice_Answers409AndDeletedTwice404()
    {
        var (group, consumer) = (await NewGroupAsync(), await NewConsumerAsync());
        var path = $"/consumer_groups/{group["id"]}/consumers";
        var body = $$"""{"consumer":"{{consumer["id"]}}"}""";

        Assert.Equal(
            (HttpStatusCode.Created, HttpStatusCode.Conflict),
            ((await admin.Host.PostAsync(path, body)).Status, (await admin.Host.PostAsync(path, body)).Status));
        Assert.Equal(
            (HttpStatusCode.NoContent, HttpStatusCode.NotFound),
            ((await admin.Host.DeleteAsync($"{path}/{consumer["id"]}")).Status, (await admin.Host.DeleteAsync($"{path}/{consumer["id"]}")).Status));
        Assert.Equal(HttpStatusCode.OK, (await admin.Host.GetAsync("/consumers/" + consumer["id"])).Status);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"consumer":7}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"consumer":"nobody"}""", HttpStatusCode.NotFound)]
    public async Task Member_Faulty_IsRefused(string body, HttpStatusCode status)
    {
        var group = await NewGroupAsync();

        Assert.Equal(status, (await admin.Host.PostAsync($"/consumer_groups/{group["id"]}/consumers", body)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.PostAsync("/consumer_groups/nobody/consumers", body)).Status);
    }

    [Fact]
    public async Task Consumer_Deleted_LeavesItsGroups()
    {
        var (group, consumer) = (await NewGroupAsync(), await NewConsumerAsync());
        var path = $"/consumer_groups/{group["id"]}/consumers";
        await admin.CreateAsync(path, $$"""{"consumer":"{{consumer["id"]}}"}""");

        await admin.Host.DeleteAsync("/consumers/" + consumer["id"]);

        AdminFixture.AssertIs(HttpStatusCode.OK, """{"data":[],"next":null}""", await admin.Host.GetAsync(path));
    }

    private static string List(JsonObject only) => new JsonObject { ["data"] = new JsonArray(only.DeepClone()), ["next"] = null }.ToJsonString();

    private Task<JsonObject> NewGroupAsync() => admin.CreateAsync("/consumer_groups", $$"""{"name":"{{AdminFixture.NewName()}}"}""");

    private Task<JsonObject> NewConsumerAsync() => admin.CreateAsync("/consumers", $$"""{"username":"{{AdminFixture.NewName()}}"}""");
}
