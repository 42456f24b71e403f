using Gateway.Shared.Results;

namespace Gateway.Shared.Tests.Results;

public sealed class ResultTests
{
    [Fact]
    public void Result_OfAValue_IsNoError()
    {
        Result<string> result = "done";

        Assert.False(result.IsError);
        Assert.Equal(("done", null), (result.Value, result.Error));
    }

    [Fact]
    public void Result_OfAnError_HasNoValue()
    {
        Result<int> result = new NotFoundError();

        Assert.True(result.IsError);
        Assert.Equal("Not found", result.Error.Message);
        Assert.Equal(0, result.Value);
    }

    /// <summary>Surfaces choose a status by the type of the error.</summary>
    [Fact]
    public void Result_KeepsTheTypeOfItsError()
    {
        Result<string> result = new NotFoundError("There is no route 'a'.");

        Assert.Equal(new NotFoundError("There is no route 'a'."), result.Error);
    }
}
