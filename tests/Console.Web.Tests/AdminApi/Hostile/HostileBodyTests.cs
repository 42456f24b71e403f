using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.AdminApi.Hostile;

/// <summary>Bodies made to do harm: each is refused in the one shape of refusals, and nothing is changed.</summary>
public sealed class HostileBodyTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    /// <summary>Collection, body, part of the message.</summary>
    public static TheoryData<string, string, string> Refused => new()
    {
        // Numbers that no client could read back.
        { "/services", """{"host":"h","port":1e999}""", "expected an integer" },
        { "/services", """{"host":"h","retries":9223372036854775808}""", "retries" },
        { "/services", """{"host":"h","port":-1}""", "value should be between" },
        { "/services", """{"host":"h","port":80.5}""", "expected an integer" },
        { "/services", """{"host":"h","port":NaN}""", "Cannot parse JSON body" },
        { "/services", """{"host":"h","port":Infinity}""", "Cannot parse JSON body" },
        { "/services", """{"host":"h","port":0x50}""", "Cannot parse JSON body" },
        { "/services", """{"host":"h","port":"80"}""", "expected an integer" },
        { "/services", """{"host":"h","created_at":8000000000000000}""", "created_at" },
        { "/services", """{"host":"h","created_at":-1}""", "created_at" },
        { "/partials", """{"type":"redis-ce","config":{"port":1e999}}""", "config" },
        { "/partials", """{"type":"redis-ce","config":{"list":[{"n":-1e400}]}}""", "config" },

        // Characters that end a line or a text elsewhere.
        { "/services", """{"host":"up.example\r\nx: y"}""", "host" },
        { "/services", """{"host":"up\u0000.example"}""", "host" },
        { "/services", """{"host":"h","name":"a\u0000b"}""", "name" },
        { "/services", """{"host":"h","path":"/a\r\nb"}""", "path" },
        { "/services", """{"host":"h","tags":["a\nb"]}""", "tags" },
        { "/services", """{"host":"h","tags":["a\u0000"]}""", "tags" },
        { "/consumers", """{"username":"a\u0000b"}""", "username" },
        { "/consumers", """{"custom_id":"a\r\nb"}""", "custom_id" },
        { "/routes", """{"headers":{"x-a\r\nx-b":["1"]}}""", "headers" },
        { "/routes", """{"headers":{"x-a":["1\r\nx-b: 2"]}}""", "headers" },
        { "/routes", """{"hosts":["a.example\nb"]}""", "hosts" },
        { "/routes", """{"methods":["GET\n"]}""", "methods" },
        { "/upstreams", """{"name":"u.internal","host_header":"a\r\nb: c"}""", "host_header" },
        { "/upstreams", """{"name":"u.internal","hash_on":"header","hash_on_header":"x\r\ny"}""", "hash_on_header" },
        { "/upstreams", """{"name":"u.internal","hash_on":"cookie","hash_on_cookie":"x\r\ny"}""", "hash_on_cookie" },
        { "/upstreams", """{"name":"u.internal","healthchecks":{"active":{"headers":{"x\r\ny":["1"]}}}}""", "headers" },
        { "/upstreams", """{"name":"u.internal","healthchecks":{"active":{"headers":{"x":["1\r\ny: 2"]}}}}""", "headers" },
        { "/upstreams", """{"name":"u.internal","healthchecks":{"active":{"http_path":"/ HTTP/1.1\r\nx: y"}}}""", "http_path" },
        { "/plugins", """{"name":"request-transformer","config":{"add":{"headers":["x-a:1\r\nx-b: 2"]}}}""", "headers" },
        { "/plugins", """{"name":"request-transformer","config":{"add":{"headers":["x-a\r\nx-b:1"]}}}""", "headers" },
        { "/plugins", """{"name":"request-transformer","config":{"rename":{"headers":["a:b\r\nc"]}}}""", "headers" },
        { "/plugins", """{"name":"response-transformer","config":{"add":{"headers":["x-a:1\r\nset-cookie: a=b"]}}}""", "headers" },
        { "/plugins", """{"name":"http-log","config":{"http_endpoint":"http://a.example","headers":{"x-a":"1\r\nx-b: 2"}}}""", "headers" },
        { "/plugins", """{"name":"http-log","config":{"http_endpoint":"http://a.example\r\nx"}}""", "http_endpoint" },
        { "/plugins", """{"name":"http-log","config":{"http_endpoint":"http://a.example","content_type":"a\r\nb"}}""", "content_type" },
        { "/plugins", """{"name":"correlation-id","config":{"header_name":"x\r\ny"}}""", "header_name" },
        { "/plugins", """{"name":"key-auth","config":{"key_names":["x\r\ny"]}}""", "key_names" },
        { "/plugins", """{"name":"request-termination","config":{"content_type":"text/plain\r\nx: y","body":"b"}}""", "content_type" },
        { "/plugins", """{"name":"cors","config":{"exposed_headers":["x\r\ny"]}}""", "exposed_headers" },
        { "/plugins", """{"name":"cors","config":{"headers":["x\r\ny"]}}""", "headers" },
        { "/plugins", """{"name":"basic-auth","config":{"realm":"a\r\nx: y"}}""", "realm" },
        { "/plugins", """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","model":{"provider":"openai"},"auth":{"header_name":"a\r\nb","header_value":"c"}}}""", "header_name" },
        { "/plugins", """{"name":"ai-proxy","config":{"route_type":"llm/v1/chat","model":{"provider":"openai"},"auth":{"header_name":"a","header_value":"b\r\nx: y"}}}""", "header_value" },
        { "/plugins", """{"name":"file-log","config":{"path":"/tmp/a\u0000b"}}""", "path" },

        // Expressions that could run away, and ones too large to compile.
        { "/routes", """{"paths":["~/(a)\\1"]}""", "paths" },
        { "/routes", """{"paths":["~/(?=a)a"]}""", "paths" },
        { "/routes", """{"paths":["~/(((a{1,100}){1,100}){1,100}){1,100}"]}""", "paths" },
        { "/routes", """{"headers":{"x-a":["~*(a)\\1"]}}""", "headers" },
        { "/routes", $$"""{"paths":["~/{{new string('a', 2000)}}"]}""", "paths" },

        // An id of another kind, or of none.
        { "/routes", """{"paths":["/a"],"service":{"id":"00000000-0000-4000-8000-000000000000"}}""", "does not reference" },
        { "/routes", """{"paths":["/a"],"service":{"id":"../services"}}""", "expected a valid UUID" },
        { "/routes", """{"paths":["/a"],"service":"some"}""", "expected a record" },
        { "/services", """{"host":"h","id":"not-an-id"}""", "expected a valid UUID" },
        { "/services", """{"host":"h","id":{"$ne":""}}""", "id" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Post_Hostile_IsRefusedAndChangesNothing(string collection, string body, string message)
    {
        var before = await VersionAsync();

        var answer = await admin.Host.PostAsync(collection, body);

        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{answer.Status} {answer.Text}");
        Assert.Contains(message, answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, await VersionAsync());
    }

    [Theory]
    [InlineData(65, HttpStatusCode.BadRequest)]
    [InlineData(5000, HttpStatusCode.BadRequest)]
    public async Task Post_NestedTooDeep_IsRefused(int depth, HttpStatusCode status)
    {
        var before = await VersionAsync();
        var body = $$"""{"type":"redis-ce","config":{{string.Concat(Enumerable.Repeat("{\"a\":", depth))}}1{{new string('}', depth)}}}""";

        AdminFixture.AssertIs(status, """{"message":"Cannot parse JSON body"}""", await admin.Host.PostAsync("/partials", body));

        Assert.Equal(before, await VersionAsync());
    }

    [Fact]
    public async Task Form_NestedTooDeep_IsRefused()
    {
        var before = await VersionAsync();

        foreach (var depth in new[] { 70, 600 })
        {
            var answer = await admin.SendFormAsync(HttpMethod.Post, "/partials", "type=redis-ce&config" + string.Concat(Enumerable.Repeat("[a]", depth)) + "=1");

            Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{depth}: {answer.Status} {answer.Text}");
            Assert.NotEqual("", answer["message"]!.GetValue<string>());
        }

        Assert.Equal(before, await VersionAsync());
    }

    [Theory]
    [InlineData("name[99999999999999999999]=a&host=h")]
    [InlineData("host=h&tags[2147483647]=a&tags[-1]=b&tags[1]=/")]
    [InlineData("host=h&[[[[=1")]
    [InlineData("host=h&port=1e999")]
    [InlineData("host=h&port=NaN")]
    [InlineData("host=%ff%fe")]
    [InlineData("host=a%00b")]
    public async Task Form_Hostile_IsRefusedAndChangesNothing(string form)
    {
        var before = await VersionAsync();

        var answer = await admin.SendFormAsync(HttpMethod.Post, "/services", form);

        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{answer.Status} {answer.Text}");
        Assert.NotEqual("", answer["message"]!.GetValue<string>());
        Assert.Equal(before, await VersionAsync());
    }

    [Fact]
    public async Task Body_InAnotherEncoding_IsRefused()
    {
        foreach (var bytes in new[] { Encoding.Unicode.GetBytes("""{"host":"h"}"""), [0xef, 0xbb, .. """{"host":"h"}"""u8], [.. """{"host":"h"}"""u8, 0] })
        {
            var body = new ByteArrayContent(bytes);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-16");

            AdminFixture.AssertIs(HttpStatusCode.BadRequest, """{"message":"Cannot parse JSON body"}""", await admin.SendBodyAsync(HttpMethod.Post, "/services", body));
        }
    }

    [Fact]
    public async Task Json_DeepestAccepted_OutlivesARestart()
    {
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        string id;
        await using (var host = await TestHost.StartInAsync(directory, keepsData: true))
        {
            const int depth = 61;
            var free = $"{string.Concat(Enumerable.Repeat("{\"a\":", depth))}1{new string('}', depth)}";
            var body = $$$"""{"type":"model","config":{"route_type":"llm/v1/chat","model":{"provider":"openai"},"metadata":{{{free}}}}}""";
            var created = await host.PostAsync("/partials", body);
            Assert.True(created.Status == HttpStatusCode.Created, created.Text);
            id = JsonNode.Parse(created.Text, documentOptions: new() { MaxDepth = 100 })!["id"]!.ToString();
        }

        await using var restarted = await TestHost.StartInAsync(directory, keepsData: false);
        Assert.Equal(HttpStatusCode.OK, (await restarted.GetAsync("/partials/" + id)).Status);
        Assert.Equal(HttpStatusCode.OK, (await restarted.PatchAsync("/partials/" + id, """{"name":"deep"}""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await restarted.DeleteAsync("/partials/" + id)).Status);
    }

    private async Task<string> VersionAsync() => (await admin.Host.GetAsync("/"))["gatehouse"]!["configuration_version"]!.ToJsonString();
}
