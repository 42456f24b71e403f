using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Bodies as the published curl lines send them.</summary>
public sealed class FormBodyTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    public static TheoryData<string, string, string, string> Rows => new()
    {
        { "/services", "url=http%3A%2F%2Fup.example%3A81%2Fp", "port", "81" },
        { "/services", "host=up.example&retries=3", "retries", "3" },
        { "/services", "host=up.example&enabled=false", "enabled", "false" },
        { "/services", "host=up.example&path=", "path", "null" },
        { "/services", "host=up.example&tags[]=a&tags[]=b", "tags", """["a","b"]""" },
        { "/services", "host=up.example&tags%5B%5D=a", "tags", """["a"]""" },
        { "/services", "host=up.example&tags=a&tags=b", "tags", """["a","b"]""" },
        { "/services", "host=up.example&tags[2]=b&tags[1]=a", "tags", """["a","b"]""" },
        { "/services", "host=up.example&tags=with+a+blank", "tags", """["with a blank"]""" },
        { "/routes", "paths[]=/a&paths[]=~/b%24&strip_path=false", "paths", """["/a","~/b$"]""" },
        { "/routes", "paths[]=/a&methods[]=GET&methods[]=POST", "methods", """["GET","POST"]""" },
        { "/routes", "paths[]=/a&headers.x-version[]=1&headers.x-version[]=2", "headers", """{"x-version":["1","2"]}""" },
        { "/routes", "paths[]=/a&headers[x-version][]=1", "headers", """{"x-version":["1"]}""" },
        { "/plugins", "name=file-log&config.path=/tmp/a.log&config.reopen=true", "config", """{"path":"/tmp/a.log","reopen":true,"custom_fields_by_lua":null}""" },
        { "/plugins", "name=file-log&config[path]=/tmp/a.log", "config", """{"path":"/tmp/a.log","reopen":false,"custom_fields_by_lua":null}""" },
        {
            "/plugins", "name=file-log&config.path=/tmp/a.log&config[custom_fields_by_lua][a.b]=return+1&config.custom_fields_by_lua.c=return+2", "config",
            """{"path":"/tmp/a.log","reopen":false,"custom_fields_by_lua":{"a.b":"return 1","c":"return 2"}}"""
        },
        { "/upstreams", "name=UNIQUE&healthchecks.active.healthy.http_statuses[]=200&healthchecks.active.healthy.http_statuses[]=204", "healthchecks.active.healthy.http_statuses", "[200,204]" },
        { "/upstreams", "name=UNIQUE&healthchecks.passive.unhealthy.tcp_failures=4", "healthchecks.passive.unhealthy.tcp_failures", "4" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Post_Form_BecomesTheTypesOfTheSchema(string collection, string form, string path, string expected)
    {
        var answer = await admin.SendFormAsync(HttpMethod.Post, collection, form.Replace("UNIQUE", AdminFixture.NewName(), StringComparison.Ordinal));

        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        Assert.Equal(CanonicalJson.Of(expected), CanonicalJson.Of(path.Split('.').Aggregate<string, JsonNode?>(answer.Json, (node, member) => node?[member])));
        await admin.Host.DeleteAsync($"{collection}/{answer["id"]}");
    }

    [Theory]
    [InlineData("service.id")]
    [InlineData("service.name")]
    [InlineData("service[id]")]
    public async Task Post_ForeignKey_IsResolved(string field)
    {
        var name = AdminFixture.NewName();
        var id = await admin.CreateServiceAsync(name);

        var answer = await admin.SendFormAsync(HttpMethod.Post, "/routes", $"paths[]=/a&{field}={(field.Contains("id", StringComparison.Ordinal) ? id : name)}");

        Assert.Equal((HttpStatusCode.Created, $$"""{"id":"{{id}}"}"""), (answer.Status, answer["service"]?.ToJsonString()));
    }

    [Theory]
    [InlineData("host=up.example&port=many", "schema violation (port: expected an integer)")]
    [InlineData("host=up.example&enabled=perhaps", "schema violation (enabled: expected a boolean)")]
    [InlineData("host=up.example&colour=red", "schema violation (colour: unknown field)")]
    [InlineData("host=", "schema violation (host: required field missing)")]
    public async Task Post_FaultyForm_NamesTheField(string form, string message)
    {
        var answer = await admin.SendFormAsync(HttpMethod.Post, "/services", form);

        Assert.Equal((HttpStatusCode.BadRequest, message), (answer.Status, answer["message"]?.ToString()));
    }

    [Fact]
    public async Task Patch_Form_ChangesOnlyWhatItNames()
    {
        var service = await admin.CreateAsync("/services", """{"host":"up.example","retries":9,"tags":["t"]}""");

        var answer = await admin.SendFormAsync(HttpMethod.Patch, "/services/" + service["id"], "read_timeout=5000&tags=");

        Assert.Equal((HttpStatusCode.OK, 9, 5000, null), (answer.Status, answer["retries"]!.GetValue<int>(), answer["read_timeout"]!.GetValue<int>(), answer["tags"]));
    }

    [Fact]
    public async Task Put_Multipart_TakesTextsAndFilesAsValues()
    {
        using var body = new MultipartFormDataContent
        {
            { new StringContent("up.example"), "host" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("/from-a-file")), "path", "path.txt" },
            { new StringContent("8080"), "port" },
        };

        var answer = await admin.SendBodyAsync(HttpMethod.Put, "/services/" + AdminFixture.NewName(), body);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(("up.example", "/from-a-file", 8080), (answer["host"]!.ToString(), answer["path"]!.ToString(), answer["port"]!.GetValue<int>()));
    }
}
