using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Methods, paths, headers and bodies that have nothing to do with one entity.</summary>
public sealed class WireTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Theory]
    [InlineData("/nonsense")]
    [InlineData("/services/a/nonsense")]
    [InlineData("/targets")]
    [InlineData("/index.html")]
    public async Task Path_Unknown_Answers404WithAMessage(string path) =>
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await admin.Host.GetAsync(path));

    [Theory]
    [InlineData("DELETE", "/services")]
    [InlineData("PUT", "/routes")]
    [InlineData("POST", "/services/some")]
    [InlineData("POST", "/status")]
    [InlineData("DELETE", "/")]
    public async Task Method_NotOfThisPath_Answers405(string method, string path) =>
        AdminFixture.AssertIs(HttpStatusCode.MethodNotAllowed, """{"message":"Method not allowed"}""", await admin.Host.SendAsync(new HttpMethod(method), path, null));

    [Fact]
    public async Task Options_KnownPath_Answers204WithTheMethods()
    {
        var answer = await admin.Host.SendAsync(HttpMethod.Options, "/services/some", null, token: "");

        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Text));
        Assert.Equal("DELETE, GET, HEAD, OPTIONS, PATCH, PUT", answer.Headers["Allow"]);
        Assert.Equal("DELETE, GET, HEAD, OPTIONS, PATCH, PUT", answer.Headers["Access-Control-Allow-Methods"]);
        Assert.Equal("Content-Type", answer.Headers["Access-Control-Allow-Headers"]);
    }

    [Fact]
    public async Task Head_KnownPath_AnswersTheHeadersOfGetWithoutABody()
    {
        var get = await admin.Host.GetAsync("/services");

        var head = await admin.Host.SendAsync(HttpMethod.Head, "/services", null);

        Assert.Equal((HttpStatusCode.OK, "", get.Headers["Content-Length"]), (head.Status, head.Text, head.Headers["Content-Length"]));
    }

    [Fact]
    public async Task Path_WithTrailingSlash_IsTheSame()
    {
        var id = await admin.CreateServiceAsync();

        Assert.Equal((await admin.Host.GetAsync("/services/" + id)).Text, (await admin.Host.GetAsync($"/services/{id}/")).Text);
    }

    [Fact]
    public async Task Answer_Always_NamesTheServerAndTheLatency()
    {
        var answer = await admin.Host.GetAsync("/services");

        Assert.StartsWith("kong/3.", answer.Headers["Server"], StringComparison.Ordinal);
        Assert.True(int.TryParse(answer.Headers["X-Kong-Admin-Latency"], out _));
        Assert.False(answer.Headers.ContainsKey("Via"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("""{"host":"a"} {}""")]
    [InlineData("""{"host":"a","host":"b"}""")]
    [InlineData("""{"host":"\ud800"}""")]
    public async Task Body_NoJsonObject_Answers400(string body) =>
        AdminFixture.AssertIs(HttpStatusCode.BadRequest, """{"message":"Cannot parse JSON body"}""", await admin.Host.PostAsync("/services", body));

    [Fact]
    public async Task Body_NoUtf8_Answers400()
    {
        var body = new ByteArrayContent([.. """{"host":"up.example","tags":[" """u8, 0xff, .. """ "]}"""u8]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        AdminFixture.AssertIs(HttpStatusCode.BadRequest, """{"message":"Cannot parse JSON body"}""", await admin.SendBodyAsync(HttpMethod.Post, "/services", body));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    public async Task Body_OtherType_Answers415(string type)
    {
        var body = new StringContent("""{"host":"up.example"}""", new MediaTypeHeaderValue(type));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await admin.SendBodyAsync(HttpMethod.Post, "/services", body)).Status);
    }

    [Fact]
    public async Task Body_NoType_Answers415WhateverItsFraming()
    {
        foreach (var isChunked in new[] { false, true })
        {
            var body = new ByteArrayContent("""{"host":"up.example"}"""u8.ToArray());
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(admin.Host.AdminUrl, "/services")) { Content = body };
            request.Headers.TransferEncodingChunked = isChunked;
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Host.Token);

            Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await admin.Host.SendAsync(request)).Status);
        }
    }

    [Fact]
    public async Task Body_TooLarge_Answers413()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(admin.Host.AdminUrl, "/services"));
        request.Content = new StringContent($$"""{"host":"{{new string('a', 9 * 1024 * 1024)}}"}""", new MediaTypeHeaderValue("application/json"));
        request.Headers.ExpectContinue = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Host.Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await admin.Host.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Body_BrokenMultipart_Answers400(string type)
    {
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes("--x\r\nContent-Disposition: form-data; name=\"host\"\r\n\r\nup"));
        Assert.True(body.Headers.TryAddWithoutValidation("Content-Type", type));

        Assert.Equal(HttpStatusCode.BadRequest, (await admin.SendBodyAsync(HttpMethod.Post, "/services", body)).Status);
    }
}
