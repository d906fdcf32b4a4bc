using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Tests.Operators;

public sealed class FitGateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Open_OneTooMany_IsRefusedUntilAnotherEnds()
    {
        using var gate = Gate(open: 1, computing: 1);
        using (gate.Open())
        {
            var error = Assert.Throws<CapacityException>(gate.Open);
            Assert.Equal("1 fits are open, which is the most this service takes at once", error.Message);
            Assert.Equal(TimeSpan.FromSeconds(1), error.RetryAfter);
        }

        gate.Open().Dispose();
    }

    [Fact]
    public async Task RunAsync_CallerGivesUp_LeavesAtOnceAndTheSlotWhenTheWorkEnds()
    {
        using var gate = Gate(open: 1, computing: 1);
        using var cancel = new CancellationTokenSource();
        using var end = new ManualResetEventSlim();
        var first = gate.RunAsync(
            () =>
            {
                end.Wait(Token);
                return 1;
            },
            cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = gate.RunAsync(() => 2, Token);
        Assert.False(second.IsCompleted);
        end.Set();

        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task RunAsync_WorkThatFails_GivesItsSlotBack()
    {
        using var gate = Gate(open: 1, computing: 1);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => gate.RunAsync<int>(() => throw new InvalidOperationException(), Token));

        Assert.Equal(3, await gate.RunAsync(() => 3, Token));
    }

    [Fact]
    public void Validate_WrongOptions_AreAllListed()
    {
        var result = new OperatorOptionsValidator().Validate(
            null, new OperatorOptions { MaxBufferedBytes = 5, MaxOpenFits = 0, MaxConcurrentFits = -1 });

        Assert.Equal(
            [
                "Operators:MaxBufferedBytes is 5, expected at least 1048576",
                "Operators:MaxOpenFits is 0, expected at least 1",
                "Operators:MaxConcurrentFits is -1, expected at least 1",
            ],
            result.Failures);
        Assert.True(new OperatorOptionsValidator().Validate(null, new OperatorOptions()).Succeeded);
    }

    private static FitGate Gate(int open, int computing) =>
        new(Options.Create(new OperatorOptions { MaxOpenFits = open, MaxConcurrentFits = computing }));
}
