internal import CLinux
import NIOCore

/// A connection on its event loop: cuts what comes into lines, hands them over, writes what comes back, and reads no
/// faster than its client takes answers.
///
/// With remote half-closure allowed, an end of input is only an event here. A hang-up makes the channel inactive, also
/// while nothing is being read: epoll(7) reports EPOLLHUP without being asked.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase: Equatable {
        case open
        /// The client has said all that it will; it still listens.
        case inputEnded
        /// No more lines are taken; what comes is read and forgotten, so that the client gets to read why.
        case refused
        /// The same, all answers being sent; the end comes soon.
        case lingering
        /// When all is answered that had been sent by the time that the server was asked to drain, no more lines are taken. So many
        /// bytes of it, read or not, have not been handed over.
        case draining(due: Int)
        /// No more lines are taken, nor is anything read.
        case ending
        /// Everything is answered; once it is sent, the connection is closed.
        case closing
    }

    private let connection: Connection
    private let limits: ServerConfiguration.Limits
    private let memory: LineMemory
    private let refusal: @Sendable (Refusal) -> [UInt8]
    private let onEnd: @Sendable () -> Void
    private var context: ChannelHandlerContext?
    private var lines: LineSplitter
    private var phase = Phase.open
    /// Lines handed over and not answered.
    private var inFlight = 0
    /// Without those that were sent after the server was asked to drain.
    private var dueInFlight = 0
    private var bytesInFlight = 0
    /// What of them and of lines that have begun is counted in `memory`.
    private var bytesCounted = 0
    private var waitsForRoom = false
    private var hasExtraRoom = false
    private var lineWatch: Watch?
    private var stallWatch: Watch?
    private var bytesQueued = 0
    private var bytesSentAtLastLook = 0
    private var drainsOnceActive = false

    /// - Parameters:
    ///   - refusal: the line that tells the client why it is refused, without LF.
    ///   - onEnd: called once, when the connection is no more.
    init(
        connection: Connection, limits: ServerConfiguration.Limits, memory: LineMemory,
        refusal: @escaping @Sendable (Refusal) -> [UInt8], onEnd: @escaping @Sendable () -> Void
    ) {
        self.connection = connection
        self.limits = limits
        self.memory = memory
        self.refusal = refusal
        self.onEnd = onEnd
        lines = LineSplitter(maximum: limits.lineLength)
    }

    // MARK: What the channel reports

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.attach(self)
    }

    func channelActive(context: ChannelHandlerContext) {
        if drainsOnceActive { drain() } else { readIfAllowed() }
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    /// A channel that never became active does not become inactive either.
    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        guard context != nil else { return }
        context = nil
        connection.detach()
        count(held: 0)
        lineWatch?.cancel()
        stallWatch?.cancel()
        onEnd()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard readsLines else { return }
        lines.append(unwrapInboundIn(data))
        takeLines()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard case .draining(let due) = phase else { return readIfAllowed() }
        // What was sent out of band was counted and does not come.
        phase = .draining(due: min(due, lines.count + unreadBytes))
        proceed()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        proceed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return }
        switch phase {
        case .open, .draining: phase = .inputEnded
        case .lingering: return abort()
        case .inputEnded, .refused, .ending, .closing: break
        }
        proceed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    // MARK: What the server asks for

    /// The answer to one line, or that it has none.
    func complete(_ response: [UInt8]?, to line: Line) {
        inFlight -= 1
        if !line.isLate { dueInFlight -= 1 }
        bytesInFlight -= line.bytes.count
        if let response { send(response) }
        proceed()
    }

    /// Takes what has been sent until now, and closes when all of that is answered. Until then what comes later is taken too: a
    /// client that waits for an answer is not to lose it, nor be kept waiting, because it asks for another.
    func drain() {
        // At the end of its input, a connection does so anyway.
        guard phase == .open, let context else { return }
        guard context.channel.isActive else { return drainsOnceActive = true }
        phase = .draining(due: lines.count + unreadBytes)
        proceed()
    }

    private var isDrained: Bool {
        if case .draining(let due) = phase { due <= 0 && dueInFlight == 0 } else { false }
    }

    /// Whoever is asking still gets to read what was answered.
    private func endDrain() {
        lines.drop()
        if inFlight == 0, unreadBytes == 0 { close() } else { phase = .refused }
    }

    /// Takes no more lines, and closes when those in flight are answered.
    private func endTaking() {
        guard phase == .open else { return }
        phase = .ending
        lines.drop()
        proceed()
    }

    func abort() {
        context?.close(promise: nil)
    }

    // MARK: Lines

    /// Takes what may be taken, and closes where all is done.
    private func proceed() {
        takeLines()
        if isDrained { endDrain() }
        readIfAllowed()
        guard inFlight == 0 else { return }
        switch phase {
        case .inputEnded where lines.isEmpty, .ending: close()
        case .refused: linger()
        case .open, .inputEnded, .lingering, .draining, .closing: break
        }
    }

    private var mayTakeLine: Bool {
        inFlight < limits.linesInFlight && context?.channel.isWritable == true
            // Many short ones, or one that is long.
            && (inFlight == 0 || bytesInFlight < LineMemory.allowance)
    }

    private var readsLines: Bool {
        switch phase {
        case .open, .draining: true
        case .inputEnded, .refused, .lingering, .ending, .closing: false
        }
    }

    private func takeLines() {
        taking: while readsLines || phase == .inputEnded, !isDrained, mayTakeLine {
            switch lines.next() {
            case .line(let line): handOver(line)
            case .tooLong: refuse()
            case nil:
                // What is left of it is a line that had not ended; the end of the input ends it, too, and is read next.
                if case .draining(let due) = phase, lines.count >= due, !inputHasEnded { phase = .draining(due: 0) }
                guard phase == .inputEnded, let rest = lines.rest() else { break taking }
                handOver(rest)
            }
        }
        if context != nil { count(held: lines.count + bytesInFlight) }
        watchLine()
    }

    private func count(held: Int) {
        memory.change(by: held - bytesCounted)
        bytesCounted = held
        if hasExtraRoom, held <= LineMemory.allowance {
            hasExtraRoom = false
            memory.giveBackExtra()
        }
    }

    private var hasRoom: Bool {
        if hasExtraRoom || memory.hasRoom(beside: bytesCounted) { return true }
        hasExtraRoom = memory.takeExtra()
        return hasExtraRoom
    }

    private func handOver(_ bytes: [UInt8]) {
        var line = Line(bytes: bytes, isLate: false)
        if case .draining(let due) = phase {
            line.isLate = bytes.count >= due
            phase = .draining(due: due - bytes.count - 1)
        }
        inFlight += 1
        if !line.isLate { dueInFlight += 1 }
        bytesInFlight += bytes.count
        lineWatch?.stop()
        connection.inbox.offer(line)
    }

    private func refuse() {
        phase = .refused
        lines.drop()
        send(refusal(.lineTooLong(maximum: limits.lineLength)))
        proceed()
    }

    /// A line that has begun has to end in time; while none is taken, its lateness is not the client's.
    private func watchLine() {
        guard phase == .open, !lines.isEmpty, mayTakeLine, let context else {
            lineWatch?.stop()
            return
        }
        let watch = lineWatch ?? Watch(limit: limits.lineTime) { [weak self] in self?.endTaking() }
        lineWatch = watch
        watch.start(on: context.eventLoop)
    }

    // MARK: Reading and writing

    private func readIfAllowed() {
        switch phase {
        case .open where mayTakeLine, .draining where mayTakeLine:
            if hasRoom { context?.read() } else { readWhenThereIsRoom() }
        case .refused, .lingering: context?.read()
        case .open, .inputEnded, .draining, .ending, .closing: break
        }
    }

    /// Whoever holds the room loses it in time: a line has to end, and to be answered.
    private func readWhenThereIsRoom() {
        guard !waitsForRoom, let context else { return }
        waitsForRoom = true
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { [weak self] in
            self?.waitsForRoom = false
            self?.proceed()
        }
    }

    private func send(_ line: [UInt8]) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: line.count + 1)
        buffer.writeBytes(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        bytesQueued += buffer.readableBytes
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        watchSending()
    }

    /// A client that has been sent something has to take some of it, in time.
    private func watchSending() {
        guard let context, unsentBytes(of: context) > 0 else { return }
        let watch = stallWatch ?? Watch(limit: limits.stallTime) { [weak self] in self?.lookAtSending() }
        stallWatch = watch
        watch.start(on: context.eventLoop)
    }

    private func lookAtSending() {
        guard let context else { return }
        let sent = bytesQueued - unsentBytes(of: context)
        if sent == bytesSentAtLastLook { return abort() }
        bytesSentAtLastLook = sent
        watchSending()
    }

    /// What the client has sent and the kernel holds.
    private var unreadBytes: Int {
        let pipeline = context?.channel.pipeline.syncOperations
        let count = try? pipeline?.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, countersign_unread)
        return Int(count ?? 0)
    }

    private var inputHasEnded: Bool {
        let pipeline = context?.channel.pipeline.syncOperations
        let ended = try? pipeline?.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self, countersign_input_has_ended)
        return !lines.isEmpty && ended ?? 0 != 0
    }

    private func unsentBytes(of context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func close() {
        phase = .closing
        afterSending { context in context.close(promise: nil) }
    }

    /// Says that nothing more will come, and gives the client a moment to read what did: closed with bytes of its own
    /// unread, its next write would fail before it had read a thing.
    private func linger() {
        phase = .lingering
        afterSending { [weak self, limits] context in
            context.close(mode: .output, promise: nil)
            context.read()
            context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.lingerTime)) { [weak self] in
                self?.abort()
            }
        }
    }

    private func afterSending(_ action: @escaping (ChannelHandlerContext) -> Void) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenSuccess { [weak self] in
            if let context = self?.context { action(context) }
        }
    }
}
