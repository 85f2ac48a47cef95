/// Waits until tasks get to run at once. Beside hundreds of other tests the steps of one may be a minute apart, and what it wants to see
/// in between is over.
package func untilTasksRunAtOnce() async {
    var calm = 0
    while calm < 100 {
        let start = ContinuousClock.now
        try? await Task.sleep(for: .milliseconds(5))
        calm = start.duration(to: .now) < .milliseconds(50) ? calm + 1 : 0
    }
}
